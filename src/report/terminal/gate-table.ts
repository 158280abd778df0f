import { Ansis } from 'ansis';
import {
  byUrgency,
  changeRange,
  changeText,
  detectableText,
  differingValues,
  headline,
  looksText,
  OVERALL_WORDS,
} from '../../gate/export/wording.ts';
import { alphaOfLook, type GateResult, type GateRow, type JudgedDifference } from '../../gate/result.ts';
import { plainTable } from './plain-table.ts';
import { printable } from './printable.ts';
import { type TableOptions, widthOf } from './table-options.ts';
import { wrap } from './wrap.ts';

/** A comparison of two records for a terminal: the answer, in what they differ, a row for each metric, warnings. */
export function renderGate(raw: GateResult, options: TableOptions = {}): string {
  const result = printable(raw);
  const width = widthOf(options);
  const paint = new Ansis(options.colour === undefined ? undefined : options.colour ? 1 : 0);
  const colour = {
    pass: paint.green,
    improved: paint.green,
    regressed: paint.red,
    inconclusive: paint.yellow,
    incomparable: paint.red,
  };
  const word = OVERALL_WORDS[result.verdict];
  const head = wrap(`${word}. ${headline(result)}.`, width).replace(word, (text) =>
    colour[result.verdict].bold(text),
  );
  const blocks = [
    `${head}\n${paint.dim(wrap(setting(result), width))}`,
    result.differences.map((difference) => wrap(differenceText(difference), width, 2)).join('\n'),
    metricTable(result, (verdict) => colour[verdict](verdict)),
    reasons(result.rows, width),
    result.warnings
      .map(({ text }) => wrap(`Warning  ${text}`, width, 9).replace('Warning', paint.yellow))
      .join('\n'),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function setting(result: GateResult): string {
  const { baseline, candidate, design, alpha } = result;
  const side = ({ name, blocks, boots }: GateResult['baseline']): string =>
    `${name} (${blocks} blocks of ${boots} ${boots === 1 ? 'boot' : 'boots'})`;
  const how = design === 'pairs' ? 'block by block' : 'every block against every other';
  const percent = (share: number): number => Number((share * 100).toPrecision(3));
  return `${side(candidate)} against ${side(baseline)}, ${how}. Intervals ${percent(1 - 2 * alphaOfLook(result))} %; chance of a false alarm among all metrics at most ${percent(alpha)} %. ${looksText(result)}`.trim();
}

function differenceText(difference: JudgedDifference): string {
  const { aspect, where, fact, allowed } = difference;
  const { baseline, candidate } = differingValues(difference);
  const shortened = (text: string): string => (text.length <= 160 ? text : `${text.slice(0, 157)}...`);
  const head = allowed
    ? `Allowed to differ (${aspect})`
    : `Differs (${aspect}; --allow ${aspect} if that is the point)`;
  return `${head}: ${where}, ${fact} was ${shortened(baseline)}, is ${shortened(candidate)}`;
}

function metricTable({ rows }: GateResult, painted: (verdict: GateRow['verdict']) => string): string {
  if (rows.length === 0) return '';
  const body = byUrgency(rows).map((row) => [
    row.name,
    painted(row.verdict),
    changeText(row.effect),
    changeRange(row),
    `${Number((row.margin * 100).toPrecision(3))} %`,
    detectableText(row),
    row.blocks.join(' / '),
  ]);
  return plainTable(['Metric', 'Verdict', 'Change', 'Interval', 'Margin', 'Detectable', 'Blocks'], body, 2);
}

/** Why, for the rows that call for something to be done. */
function reasons(rows: readonly GateRow[], width: number): string {
  const byReason = new Map<string, string[]>();
  for (const { verdict, reason, name } of byUrgency(rows)) {
    if (verdict === 'pass' || verdict === 'improved') continue;
    byReason.set(`${verdict}: ${reason}`, [...(byReason.get(`${verdict}: ${reason}`) ?? []), name]);
  }
  return [...byReason].map(([reason, names]) => wrap(`${names.length} ${reason}`, width, 2)).join('\n');
}
