import { Ansis } from 'ansis';
import type { ComparedRow, ComparisonAnswer, ScenarioComparison } from '../../model/experiment/comparison.ts';
import { countText, meanText, plusMinusText, unitSuffix } from '../text/figure.ts';
import { precisionText } from '../text/precision.ts';
import { changeText } from '../text/share.ts';
import { METRIC_WORDS, SEVERITY_WORDS, sentenceOf } from '../text/wording.ts';
import { plainTable } from './plain-table.ts';
import { printable } from './printable.ts';
import { type TableOptions, widthOf } from './table-options.ts';
import { wrap } from './wrap.ts';

/** The answer of a comparison for a terminal: whether B feels slower, and every figure that differs or may. */
export function renderComparison(raw: ScenarioComparison, options: TableOptions = {}): string {
  const comparison = printable(raw);
  const width = widthOf(options);
  const paint = new Ansis(options.colour === undefined ? undefined : options.colour ? 1 : 0);
  const { a, b, answer, rows, replications, seed, margin } = comparison;
  const colour = ANSWER_COLOURS[answer];
  const shown = rows.filter(({ direction }) => direction !== 'alike');
  const alike = rows.length - shown.length;
  const missing = comparison.onlyInA.length + comparison.onlyInB.length;
  const heading = [
    paint.bold(wrap(`A: ${describe(a)}`, width)),
    paint.bold(wrap(`B: ${describe(b)}`, width)),
    wrap(answerSentence(comparison), width).replace(ANSWER_WORDS[answer], (text) => paint[colour].bold(text)),
    paint.dim(
      wrap(
        `${countText(replications)} pairs of replications with the same random numbers, seed ${seed}. (…) and ± are 95 % intervals of the difference. Higher and lower: significant at 5 % over all figures together (Holm). ${precisionText(comparison.precision)}`.trimEnd(),
        width,
      ),
    ),
  ].join('\n');
  const closing = [
    alike === 0
      ? ''
      : `${countText(alike)} of ${countText(rows.length)} figures are alike: they differ by less than ${100 * margin} %, and are not shown.`,
    missing === 0 ? '' : `${countText(missing)} figures are in one of the two only; --json lists them.`,
    ...comparison.findings.map(({ severity, text }) => `${SEVERITY_WORDS[severity]}: ${sentenceOf(text)}`),
  ].filter((text) => text !== '');
  const blocks = [heading, table(shown), closing.map((text) => wrap(text, width)).join('\n')];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

const ANSWER_WORDS: Readonly<Record<ComparisonAnswer, string>> = {
  slower: 'B is slower',
  faster: 'B is faster',
  alike: 'No difference that matters',
  unclear: 'Cannot tell yet',
  'nothing to compare': 'Nothing to compare',
};

const ANSWER_COLOURS: Readonly<Record<ComparisonAnswer, 'red' | 'green' | 'cyan' | 'yellow'>> = {
  slower: 'red',
  faster: 'green',
  alike: 'cyan',
  unclear: 'yellow',
  'nothing to compare': 'cyan',
};

function answerSentence({ answer, decidedBy, rows }: ScenarioComparison): string {
  const words = ANSWER_WORDS[answer];
  const row = rows.find(
    ({ entity, level, metric }) =>
      entity === decidedBy?.entity && level === decidedBy.level && metric === decidedBy.metric,
  );
  if (row === undefined) return `${words}: nothing that answers requests is in both.`;
  const hint = answer === 'unclear' ? ' More --replications narrow it.' : '';
  return `${words}: the p95 slowdown of ${row.entity} goes from ${meanText(sideOf(row, 'a'))}× to ${meanText(sideOf(row, 'b'))}×, ${changeOf(row)}.${hint}`;
}

function table(rows: readonly ComparedRow[]): string {
  if (rows.length === 0) return '';
  return plainTable(
    ['Role', 'Figure', 'A', 'B', 'B − A', 'of A', ''],
    rows.map((row) => [
      row.entity,
      `${METRIC_WORDS[row.metric].title}${row.metric === 'cpu-hypervisor' ? ` L${row.level}` : ''}`,
      meanText(sideOf(row, 'a')),
      `${meanText(sideOf(row, 'b'))}${unitSuffix(row.unit)}`,
      plusMinusText({ mean: row.difference, low: row.low, high: row.high, unit: row.unit }),
      changeOf(row),
      row.direction,
    ]),
    2,
  );
}

/** One side's mean, shown to the digits the difference is known to. */
const sideOf = ({ a, b, difference, low, high, unit }: ComparedRow, side: 'a' | 'b') => {
  const mean = side === 'a' ? a : b;
  const shift = mean - difference;
  return { mean, low: low === null ? null : low + shift, high: high === null ? null : high + shift, unit };
};

const changeOf = ({ relative, relativeLow, relativeHigh }: ComparedRow): string =>
  relative === null ? '' : changeText({ relative, low: relativeLow, high: relativeHigh });

const describe = ({ label, name, platform, host, seats }: ScenarioComparison['a']): string =>
  `${label} (“${name}”, ${countText(seats)} seats on ${host}, platform ${platform})`;
