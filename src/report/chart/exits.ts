import type { BenchRecord } from '../../bench/record/record.ts';
import { type ExitPass, exitPasses } from '../measured/exits.ts';
import { plainText } from '../text/figure.ts';
import { levelName } from '../text/wording.ts';
import { logAxis } from './axis.ts';
import { type Chart, number, text } from './chart.ts';
import { intervalLines, type LinePoint } from './interval-lines.ts';
import { levelColour, levelShape } from './theme.ts';

/** Columns of the table beside the total: the reasons or counters that grew the most. */
const FURTHER_COLUMNS = 7;

/** Exits for each operation as the outermost hypervisor counted them; null when nothing was counted. */
export function exitsChart(record: BenchRecord): Chart | null {
  const passes = exitPasses(record);
  if (passes.length === 0) return null;
  const outermost = Math.min(...passes.map(({ countedAt }) => countedAt));
  const shown = passes.filter(({ countedAt, total }) => countedAt === outermost && total > 0);
  if (shown.length === 0) return null;
  const levels = [...new Set(shown.map(({ level }) => level))].sort((a, b) => a - b);
  const workloads = [...new Set(shown.map(({ workload }) => workload))];
  const points = shown.map((pass): LinePoint => {
    const label = plainText(pass.total);
    return {
      line: workloads.indexOf(pass.workload),
      series: levels.indexOf(pass.level),
      value: pass.total,
      low: null,
      high: null,
      tip: `${pass.workload} in ${levelName(pass.level)}: ${label} exits per operation, counted at ${levelName(outermost)}`,
      label,
    };
  });
  const most = shown.reduce((a, b) => (b.total > a.total ? b : a));
  return {
    name: 'exits',
    title: 'Exits for each operation',
    reading: `Logarithmic axis: exits to the hypervisor at ${levelName(outermost)}, counted over a pass of its own in which nothing was timed. Counts of one pass, so without interval.`,
    description: `The most are ${plainText(most.total)} for one ${most.workload} in ${levelName(most.level)}.`,
    spec: (layout) =>
      intervalLines(
        {
          lines: workloads.map((label) => ({ label, heading: false })),
          series: levels.map((level, lane) => ({
            name: `in ${levelName(level)}`,
            colour: levelColour(level),
            shape: levelShape(level),
            filled: true,
            lane,
          })),
          points,
          axis: logAxis(
            shown.map(({ total }) => total),
            {
              title: 'exits per operation',
              suffix: '',
              margin: layout.narrow ? [0.08, 0.28] : [0.14, 0.14],
            },
          ),
          compact: true,
          references: [],
        },
        layout,
      ),
    table: exitsTable(passes),
  };
}

function exitsTable(passes: readonly ExitPass[]): Chart['table'] {
  const largest = new Map<string, number>();
  for (const { parts } of passes) {
    for (const [name, value] of parts) largest.set(name, Math.max(largest.get(name) ?? 0, value));
  }
  const names = [...largest]
    .sort(([, a], [, b]) => b - a)
    .slice(0, FURTHER_COLUMNS)
    .map(([name]) => name);
  return {
    columns: [
      text('Workload'),
      text('Ran in'),
      text('Counted at'),
      number('Exits'),
      ...names.map(number),
      number('Operations'),
    ],
    rows: passes.map(({ workload, level, countedAt, total, parts, operations }) => [
      workload,
      levelName(level),
      levelName(countedAt),
      countText(total),
      ...names.map((name) => countText(parts.get(name) ?? 0)),
      String(operations),
    ]),
  };
}

const countText = (perOperation: number): string => (perOperation === 0 ? '0' : plainText(perOperation));
