import {
  type ExitKind,
  type ExitsOfOne,
  hasOwnExits,
  LEAST_OWN_EXITS,
} from '../../bench/record/exits-of-one.ts';
import type { BenchRecord } from '../../bench/record/record.ts';
import { exitsInOrder } from '../measured/exits.ts';
import { LEFT_OUT } from '../text/exits.ts';
import { plainText, settingText } from '../text/figure.ts';
import { levelName } from '../text/wording.ts';
import { logAxis } from './axis.ts';
import { type Chart, number, text } from './chart.ts';
import { intervalLines, type LinePoint } from './interval-lines.ts';
import { levelColour, levelShape } from './theme.ts';

/** Columns of the table for classes: those that grew the most. */
const CLASS_COLUMNS = 8;

/**
 * Exits for each operation as the outermost hypervisor counted them, without those of workloads that take none of their
 * own; null when nothing was counted.
 */
export function exitsChart(record: BenchRecord): Chart | null {
  const passes = exitsInOrder(record);
  if (passes.length === 0) return null;
  const outermost = Math.min(...passes.map(({ countedAt }) => countedAt));
  const seen = passes.filter(({ countedAt }) => countedAt === outermost);
  const shown = seen.filter(hasOwnExits);
  if (shown.length === 0) return null;
  const levels = [...new Set(shown.map(({ level }) => level))].sort((a, b) => a - b);
  const workloads = [...new Set(shown.map(({ workload }) => workload))];
  const none = [...new Set(seen.map(({ workload }) => workload))].filter((name) => !workloads.includes(name));
  const points = shown.map((pass): LinePoint => {
    const { median, least, most } = pass.own;
    const label = plainText(median);
    return {
      line: workloads.indexOf(pass.workload),
      series: levels.indexOf(pass.level),
      value: median,
      low: pass.passes === 1 ? null : least,
      high: pass.passes === 1 ? null : most,
      tip: `${pass.workload} in ${levelName(pass.level)}: ${label} exits per operation, counted at ${levelName(outermost)}: ${kindsText(pass)}`,
      label,
    };
  });
  const most = shown.reduce((a, b) => (b.own.median > a.own.median ? b : a));
  const reasons = shown.every(({ detail }) => detail === 'reasons');
  return {
    name: 'exits',
    title: 'Exits for each operation',
    reading: [
      `Logarithmic axis: exits to the hypervisor at ${levelName(outermost)}, ${reasons ? 'all reasons of kvm_exit together' : 'by KVM’s own totals'}, over passes of their own in which nothing was timed.`,
      shown.some(({ passes }) => passes > 1)
        ? 'Symbols are medians of blocks, bars reach from the least to the most of any block.'
        : 'Counts of one pass, so without interval.',
      LEFT_OUT,
      ...(none.length === 0
        ? []
        : [
            `Fewer than ${settingText(LEAST_OWN_EXITS)} an operation, or none in some block, and not drawn: ${none.join(', ')}.`,
          ]),
    ].join(' '),
    description: `The most are ${plainText(most.own.median)} for one ${most.workload} in ${levelName(most.level)}.`,
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
            points.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]),
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

const kindsText = ({ byKind }: ExitsOfOne): string =>
  [...byKind]
    .filter(([, count]) => count >= LEAST_OWN_EXITS)
    .map(([kind, count]) => `${kind} ${plainText(count)}`)
    .join(', ');

function exitsTable(passes: readonly ExitsOfOne[]): Chart['table'] {
  const largest = new Map<ExitKind, number>();
  for (const { byKind } of passes) {
    for (const [kind, count] of byKind) largest.set(kind, Math.max(largest.get(kind) ?? 0, count));
  }
  const kinds = [...largest]
    .sort(([, a], [, b]) => b - a)
    .slice(0, CLASS_COLUMNS)
    .map(([kind]) => kind);
  const several = passes.some((pass) => pass.passes > 1);
  return {
    columns: [
      text('Workload'),
      text('Ran in'),
      text('Counted at'),
      number('Exits'),
      ...(several ? [number('Least–most of a block')] : []),
      ...kinds.map(number),
      number('All counted'),
      number('Operations'),
    ],
    rows: passes.map(({ workload, level, countedAt, own, byKind, total, operations }) => [
      workload,
      levelName(level),
      levelName(countedAt),
      countText(own.median),
      ...(several ? [`${countText(own.least)}–${countText(own.most)}`] : []),
      ...kinds.map((kind) => countText(byKind.get(kind) ?? 0)),
      countText(total.median),
      String(operations),
    ]),
  };
}

const countText = (perOperation: number): string => (perOperation === 0 ? '0' : plainText(perOperation));
