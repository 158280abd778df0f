import { studentTailProbability } from '../kernel/special/student-probability.ts';
import { type PairedDifference, pairedDifference } from '../kernel/statistics/paired-difference.ts';
import type { SampledRow } from './row.ts';

export interface PairedRows extends PairedDifference {
  /** Means over the replications in which both have a value. */
  readonly a: number;
  readonly b: number;
  /** The interval as a share of `a`; null when that is 0 or there is no interval. */
  readonly relativeLow: number | null;
  readonly relativeHigh: number | null;
  /** Of a paired t test that the two do not differ, two-sided; null with fewer than two pairs. */
  readonly pValue: number | null;
}

/**
 * The 95 % interval of second - first for the same figure of two experiments with the same random numbers, pair by
 * pair of replications. Null when no replication has both. Relative figures take the first's mean for known.
 */
export function pairRows(first: SampledRow, second: SampledRow): PairedRows | null {
  const pairs = first.sample
    .map((value, i) => [value, second.sample[i] ?? null] as const)
    .filter((pair): pair is readonly [number, number] => pair[0] !== null && pair[1] !== null);
  if (pairs.length === 0) return null;
  const paired = pairedDifference(
    pairs.map(([a]) => a),
    pairs.map(([, b]) => b),
  );
  const a = meanOf(pairs.map(([value]) => value));
  const share = (value: number | null): number | null =>
    value === null || a === 0 ? null : value / Math.abs(a);
  return {
    ...paired,
    a,
    b: meanOf(pairs.map(([, value]) => value)),
    relativeLow: share(paired.low),
    relativeHigh: share(paired.high),
    pValue: pairedPValue(pairs.map(([x, y]) => y - x)),
  };
}

function pairedPValue(differences: readonly number[]): number | null {
  const n = differences.length;
  if (n < 2) return null;
  const mean = meanOf(differences);
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  if (variance === 0) return mean === 0 ? 1 : 0;
  return studentTailProbability(mean / Math.sqrt(variance / n), n - 1);
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
