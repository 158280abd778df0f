import { plainText } from '../text/figure.ts';
import { linearAxis } from './axis.ts';
import { type Chart, type ChartTable, number, sentence, text } from './chart.ts';
import { intervalLines } from './interval-lines.ts';
import { colour } from './theme.ts';

/** What nesting costs one workload, all as shares. */
export interface PenaltyRow {
  readonly workload: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Pairs inside what people tell. */
  readonly inside: number;
  readonly causes: readonly { readonly exitClass: string; readonly share: number }[];
}

/** What people tell, as shares. */
export interface Told {
  readonly low: number;
  readonly high: number;
}

const percent = (share: number): string => `${plainText(100 * share)} %`;

/** What nesting costs each workload of the basket, beside the band that people tell. */
export function penaltyChart(penalties: readonly PenaltyRow[], told: Told): Chart {
  const inside = penalties.filter(({ value }) => value >= told.low && value <= told.high).length;
  return {
    name: 'penalty',
    title: 'How much longer a job takes nested than not, on the same instance',
    reading:
      'Symbols are the penalty with every figure at its value, bars the middle 95 % of pairs with figures drawn within their bounds. The dashed lines are what people tell.',
    description: `${inside} of ${penalties.length} workloads are inside ${percent(told.low)} to ${percent(told.high)} with every figure at its value.`,
    spec: (layout) =>
      intervalLines(
        {
          lines: penalties.map(({ workload }) => ({ label: workload, heading: false })),
          series: [{ name: 'penalty', colour: colour('overhead'), shape: 'circle', filled: true, lane: 0 }],
          points: penalties.map(({ workload, value, low, high }, line) => ({
            line,
            series: 0,
            value: 100 * value,
            low: 100 * low,
            high: 100 * high,
            tip: `${workload}: ${percent(value)} (${percent(low)} to ${percent(high)})`,
            label: percent(value),
          })),
          axis: linearAxis(
            penalties.flatMap(({ value, low, high }) => [100 * value, 100 * low, 100 * high]),
            {
              title: 'job in L2 against the same job in L1',
              suffix: ' %',
              include: [0, 100 * told.low, 100 * told.high],
              margin: layout.narrow ? [0.02, 0.24] : [0.02, 0.1],
            },
          ),
          compact: false,
          references: [told.low, told.high].map((limit) => ({
            value: 100 * limit,
            label: percent(limit),
            emphatic: true,
          })),
        },
        layout,
      ),
    table: penaltyTable(penalties, told),
  };
}

export function penaltyTable(penalties: readonly PenaltyRow[], told: Told): ChartTable {
  return {
    columns: [
      text('Workload'),
      number('Penalty'),
      number('95 %'),
      number(`Pairs inside ${percent(told.low)} to ${percent(told.high)}`),
      sentence('Its own exits, of a second of its work'),
    ],
    rows: penalties.map(({ workload, value, low, high, inside, causes }) => [
      workload,
      percent(value),
      `${percent(low)} to ${percent(high)}`,
      percent(inside),
      causes.map(({ exitClass, share }) => `${exitClass} ${percent(share)}`).join(', '),
    ]),
  };
}
