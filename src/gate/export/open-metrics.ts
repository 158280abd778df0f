import type { GateResult, GateRow } from '../result.ts';

/**
 * OpenMetrics text (IETF draft-richih-opsawg-openmetrics), as GitLab's metrics report and Prometheus read it. A value
 * that is not there has no line.
 */
export function toOpenMetrics({ rows }: GateResult): string {
  return [
    ...family(
      'nestmark_overhead',
      'Cost at a level over the cost of the same work at the lowest, or exits an operation.',
      rows,
      {
        baseline: ({ baseline }) => baseline,
        candidate: ({ candidate }) => candidate,
      },
    ),
    ...family('nestmark_change', 'Candidate over baseline, with its interval.', rows, {
      estimate: ({ effect }) => effect,
      low: ({ low }) => low,
      high: ({ high }) => high,
    }),
    ...family('nestmark_regressed', '1 where a regression is shown, else 0.', rows, {
      shown: ({ verdict }) => (verdict === 'regressed' ? 1 : 0),
    }),
    '# EOF',
    '',
  ].join('\n');
}

function family(
  name: string,
  help: string,
  rows: readonly GateRow[],
  figures: Readonly<Record<string, (row: GateRow) => number | null>>,
): readonly string[] {
  const lines = rows.flatMap((row) =>
    Object.entries(figures).flatMap(([figure, read]) => {
      const value = read(row);
      return value === null ? [] : [`${name}{${labels(row, figure)}} ${value}`];
    }),
  );
  return [`# TYPE ${name} gauge`, `# HELP ${name} ${help}`, ...lines];
}

function labels({ key: { workload, level, kind } }: GateRow, figure: string): string {
  const escaped = workload.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return `workload="${escaped}",level="L${level}",kind="${kind}",figure="${figure}"`;
}
