import type { GateResult, GateRow } from '../result.ts';
import { toMarkdown } from './markdown.ts';
import { byUrgency, changeRange, changeText, headline, OVERALL_WORDS } from './wording.ts';

/** GitHub refuses a step's summary of more than 1 MiB, all that other commands of the step wrote included. */
const SUMMARY_BYTES = 1024 * 1024;
/** GitHub shows the first ten annotations of a kind in a step and drops the others. */
const ANNOTATIONS = 10;

/**
 * Markdown for `$GITHUB_STEP_SUMMARY`: as many rows as fit.
 * @param written bytes the summary holds already
 */
export function toStepSummary(result: GateResult, written = 0): string {
  for (let rows = result.rows.length; ; rows = Math.floor(rows / 2)) {
    const text = toMarkdown(result, rows);
    if (Buffer.byteLength(text) + written <= SUMMARY_BYTES || rows === 0) return text;
  }
}

/** Workflow commands that GitHub shows as annotations, one a line: errors for regressions, warnings for the unsure. */
export function toAnnotations(result: GateResult): string {
  const title = `Nested overhead: ${OVERALL_WORDS[result.verdict].toLowerCase()}`;
  if (result.verdict === 'incomparable') return command('error', title, headline(result));
  const of = (verdict: GateRow['verdict']): readonly GateRow[] =>
    byUrgency(result.rows).filter((row) => row.verdict === verdict);
  return [...commands('error', of('regressed')), ...commands('warning', of('inconclusive'))].join('');
}

function commands(kind: 'error' | 'warning', rows: readonly GateRow[]): readonly string[] {
  const shown = rows.length <= ANNOTATIONS ? rows : rows.slice(0, ANNOTATIONS - 1);
  return [
    ...shown.map((row) =>
      command(
        kind,
        `${row.name} ${row.verdict}`,
        `${changeText(row.effect)} (${changeRange(row)}): ${row.reason}`,
      ),
    ),
    ...(shown.length < rows.length
      ? [command(kind, `${rows.length - shown.length} more`, 'The summary of this step has them all.')]
      : []),
  ];
}

function command(kind: 'error' | 'warning', title: string, message: string): string {
  return `::${kind} title=${escapeProperty(title)}::${escapeData(message)}\n`;
}

const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
