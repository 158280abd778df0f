import { alphaOfLook, type GateResult, type GateRow } from '../result.ts';
import {
  byUrgency,
  changeRange,
  changeText,
  detectableText,
  differingValues,
  headline,
  looksText,
  OVERALL_WORDS,
} from './wording.ts';

/** GitHub-flavoured Markdown: verdict, differences, warnings, and a row for each metric, the most urgent first. */
export function toMarkdown(result: GateResult, rowsAtMost = Number.POSITIVE_INFINITY): string {
  const rows = byUrgency(result.rows);
  const shown = rows.slice(0, rowsAtMost);
  const parts = [
    `## Nested overhead: ${OVERALL_WORDS[result.verdict].toLowerCase()}`,
    `${escapeText(headline(result))}.`,
    looksText(result),
    differences(result),
    warnings(result),
    table(shown, result),
    shown.length < rows.length ? `${rows.length - shown.length} more rows are left out here.` : '',
    `Baseline ${record(result.baseline)}; candidate ${record(result.candidate)}. nestmark ${escapeText(result.version)}.`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function table(rows: readonly GateRow[], result: GateResult): string {
  if (rows.length === 0) return '';
  const percent = Number(((1 - 2 * alphaOfLook(result)) * 100).toPrecision(3));
  const head = ['Metric', 'Verdict', 'Change', `${percent} % interval`, 'Margin', 'Detectable', 'Blocks'];
  const align = ['---', '---', '--:', '--:', '--:', '--:', '--:'];
  const body = rows.map((row) => [
    escapeText(row.name),
    row.verdict === 'regressed' ? '**regressed**' : row.verdict,
    changeText(row.effect),
    changeRange(row),
    `${Number((row.margin * 100).toPrecision(3))} %`,
    detectableText(row),
    row.blocks.join(' / '),
  ]);
  return [head, align, ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function differences({ differences: found }: GateResult): string {
  return found
    .map((difference) => {
      const { where, fact, allowed, aspect } = difference;
      const { baseline, candidate } = differingValues(difference);
      return `- ${allowed ? `allowed (${aspect})` : `**${aspect}**`}: ${where}, ${escapeText(fact)} was ${escapeText(shortened(baseline))}, is ${escapeText(shortened(candidate))}`;
    })
    .join('\n');
}

const warnings = ({ warnings: found }: GateResult): string =>
  found.map(({ text }) => `- ${escapeText(text)}`).join('\n');

const record = ({ name, started, blocks, boots }: GateResult['baseline']): string =>
  `${escapeText(name)} (${started}, ${blocks} blocks, ${boots} ${boots === 1 ? 'boot' : 'boots'})`;

const shortened = (text: string): string => (text.length <= 120 ? text : `${text.slice(0, 117)}...`);

/** Markdown and HTML that a name might hold is shown, not obeyed. */
function escapeText(text: string): string {
  return text
    .replaceAll(/[\\`*_[\]#|~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/\s+/g, ' ');
}
