import { exp, log } from '../../model/kernel/elementary.ts';
import { type SeriesTable, seriesKey } from '../measured/series.ts';
import { combine, type Interval, percentileInterval } from '../statistics/estimate.ts';

/** What the agent has both threads of a core do: the one that leaves a second thread least to gain, and a mixture. */
const LOOPS = ['integer', 'mixed'] as const;

/** What both threads of a core get done together with one loop, one thread alone being 1. */
export interface LoopThroughput {
  readonly loop: (typeof LOOPS)[number];
  readonly throughput: Interval;
  /** Of one thread, the other being idle and being busy, in ns. */
  readonly alone: number;
  readonly both: number;
}

export interface SmtFit {
  readonly level: number;
  readonly rows: readonly LoopThroughput[];
  /** Geometric mean of the loops, and the hull of their intervals: what guests do lies somewhere between. */
  readonly throughput: Interval;
  /** Time of each loop beside itself by what the others say; none when it is alone. */
  readonly leftOut: readonly { readonly row: LoopThroughput; readonly both: number }[];
}

/** Both threads done together: as many passes as two threads make, each of which takes longer. @returns null without any */
export function fitSmt(level: number, series: SeriesTable): SmtFit | null {
  const rows = LOOPS.flatMap((loop): LoopThroughput[] => {
    const alone = series.get(seriesKey(level, `core-alone-${loop}`))?.median;
    const both = series.get(seriesKey(level, `core-both-${loop}`))?.median;
    if (alone === undefined || both === undefined) return [];
    const together = combine([alone, both], ([a, b]) => (2 * a!) / b!);
    return [{ loop, throughput: percentileInterval(together), alone: alone.value, both: both.value }];
  });
  if (rows.length === 0) return null;
  return {
    level,
    rows,
    throughput: {
      value: mean(rows),
      low: Math.min(...rows.map(({ throughput }) => throughput.low)),
      high: Math.max(...rows.map(({ throughput }) => throughput.high)),
    },
    leftOut: rows.flatMap((row) => {
      const others = rows.filter((other) => other !== row);
      return others.length === 0 ? [] : [{ row, both: (2 * row.alone) / mean(others) }];
    }),
  };
}

const mean = (rows: readonly LoopThroughput[]): number =>
  exp(rows.reduce((sum, { throughput }) => sum + log(throughput.value), 0) / rows.length);
