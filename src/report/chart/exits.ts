import type { BenchRecord } from '../../bench/record/record.ts';
import { type CountedExits, countedExits } from '../measured/summary.ts';
import { plainText } from '../text/figure.ts';
import { levelName } from '../text/wording.ts';
import { logAxis } from './axis.ts';
import { type Chart, number, text } from './chart.ts';
import { intervalLines, type LinePoint } from './interval-lines.ts';
import { levelColour, levelShape } from './theme.ts';

/** The counter that holds all exits of a guest, as KVM's debugfs calls it. */
const TOTAL = 'exits';
/** Columns of the table beside the total: those that grew the most. */
const FURTHER_COUNTERS = 5;

/** Exits for each operation as the outermost hypervisor counted them; null when nothing was counted. */
export function exitsChart(record: BenchRecord): Chart | null {
  const counted = countedExits(record);
  if (counted.length === 0) return null;
  const outermost = Math.min(...counted.map(({ countedAt }) => countedAt));
  const shown = counted.filter((row) => row.countedAt === outermost && (row.perOperation[TOTAL] ?? 0) > 0);
  if (shown.length === 0) return null;
  const levels = [...new Set(shown.map(({ level }) => level))].sort((a, b) => a - b);
  const workloads = [...new Set(shown.map(({ workload }) => workload))];
  const total = (row: CountedExits): number => row.perOperation[TOTAL] ?? 0;
  const points = shown.map((row): LinePoint => {
    const side = row.level === levels.at(-1) ? 'right' : row.level === levels[0] ? 'left' : null;
    const label = plainText(total(row));
    return {
      line: workloads.indexOf(row.workload),
      series: levels.indexOf(row.level),
      value: total(row),
      low: null,
      high: null,
      tip: `${row.workload} in ${levelName(row.level)}: ${label} exits per operation, counted at ${levelName(outermost)}`,
      ...(side === null ? {} : { label: { text: label, side } }),
    };
  });
  const most = shown.reduce((a, b) => (total(b) > total(a) ? b : a));
  return {
    name: 'exits',
    title: 'Exits for each operation',
    reading: `Logarithmic axis: exits to the hypervisor at ${levelName(outermost)}, counted over a pass of its own in which nothing was timed. Counts, so without interval.`,
    description: `The most are ${plainText(total(most))} for one ${most.workload} in ${levelName(most.level)}.`,
    spec: (layout) =>
      intervalLines(
        {
          lines: workloads.map((label) => ({ label, heading: false })),
          series: levels.map((level) => ({
            name: `in ${levelName(level)}`,
            colour: levelColour(level),
            shape: levelShape(level),
            filled: true,
            lane: 0,
          })),
          points,
          axis: logAxis(shown.map(total), {
            title: 'exits per operation',
            suffix: '',
            margin: layout.narrow ? [0.08, 0.28] : [0.14, 0.14],
          }),
          references: [],
        },
        layout,
      ),
    table: exitsTable(counted),
  };
}

function exitsTable(counted: readonly CountedExits[]): Chart['table'] {
  const largest = new Map<string, number>();
  for (const { perOperation } of counted) {
    for (const [name, value] of Object.entries(perOperation)) {
      if (value > 0) largest.set(name, Math.max(largest.get(name) ?? 0, value));
    }
  }
  const further = [...largest]
    .filter(([name]) => name !== TOTAL)
    .sort(([, a], [, b]) => b - a)
    .slice(0, FURTHER_COUNTERS)
    .map(([name]) => name);
  const names = [TOTAL, ...further];
  return {
    columns: [
      text('Workload'),
      text('Ran in'),
      text('Counted at'),
      ...names.map(number),
      number('Operations'),
    ],
    rows: counted.map((row) => [
      row.workload,
      levelName(row.level),
      levelName(row.countedAt),
      ...names.map((name) => {
        const value = row.perOperation[name];
        return value === undefined ? '' : value === 0 ? '0' : plainText(value);
      }),
      String(row.operations),
    ]),
  };
}
