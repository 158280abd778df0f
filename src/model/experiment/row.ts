import { quantileSorted } from 'simple-statistics';
import { confidenceInterval } from '../kernel/statistics/confidence-interval.ts';
import type { LogHistogram } from '../kernel/statistics/log-histogram.ts';
import type { Metric, Row, Unit } from './result.ts';

export interface RowName {
  readonly entity: string;
  readonly level: number;
  readonly metric: Metric;
  readonly unit: Unit;
}

/** Quantiles of the observations inside the replications; null where there is no observation. */
export interface Quantiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

export const NO_QUANTILES: Quantiles = { p50: null, p95: null, p99: null };

/** A row with what it was made of. What is paired and stopped on. */
export interface SampledRow extends Row {
  readonly sample: readonly (number | null)[];
}

/**
 * A row from one value a replication, in an empty or one-element list. Replications without a value (no request
 * finished) count neither in the mean nor in `n`; there is no row when none has one.
 */
export function rowOf(
  name: RowName,
  perReplication: readonly (number | null)[],
  { p50, p95, p99 }: Quantiles = NO_QUANTILES,
): SampledRow[] {
  const values = perReplication.filter((value) => value !== null);
  if (values.length === 0) return [];
  const { mean, low, high, n } = confidenceInterval(values);
  return [{ ...name, mean, low, high, p50, p95, p99, n, sample: perReplication }];
}

/** Quantiles of a list of observations (Hyndman and Fan's type 7, R's default). */
export function quantilesOf(observations: readonly number[]): Quantiles {
  if (observations.length === 0) return NO_QUANTILES;
  const sorted = [...observations].sort((a, b) => a - b);
  return {
    p50: quantileSorted(sorted, 0.5),
    p95: quantileSorted(sorted, 0.95),
    p99: quantileSorted(sorted, 0.99),
  };
}

/** Quantiles of a histogram, each divided by `unit`. */
export function histogramQuantiles(histogram: LogHistogram, unit: number): Quantiles {
  if (histogram.count === 0) return NO_QUANTILES;
  const at = (p: number): number => histogram.quantile(p) / unit;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** Leaves out what never happened: a figure that only some schedulers can have at all. */
export function unlessZero(rows: readonly SampledRow[]): readonly SampledRow[] {
  return rows.filter(({ sample }) => sample.some((value) => value !== null && value !== 0));
}
