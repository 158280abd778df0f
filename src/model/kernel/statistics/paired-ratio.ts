import { mean, sampleCovariance, sampleVariance } from 'simple-statistics';
import { studentQuantile } from '../special/student-quantile.ts';

export interface PairedRatio {
  readonly mean: number;
  /** Null with fewer than two pairs, and where the first's mean cannot be told from 0. */
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The ratio of means second / first with Fieller's interval, values at the same place being pairs (the same random
 * numbers): the ratios R whose mean of second - R first a t test does not tell from 0 (Fieller, Journal of the Royal
 * Statistical Society B 16, 1954, 175). Exact for pairs that are normal together.
 *
 * @returns null when the first's mean is 0
 * @throws {RangeError} when the series have no value or not as many
 */
export function pairedRatio(
  first: readonly number[],
  second: readonly number[],
  confidence = 0.95,
): PairedRatio | null {
  const n = first.length;
  if (n === 0 || n !== second.length) {
    throw new RangeError(`pairs need two series of one length, got ${n} and ${second.length}`);
  }
  const [below, above] = [mean(first as number[]), mean(second as number[])];
  if (below === 0) return null;
  const ratio = above / below;
  if (n === 1) return { mean: ratio, low: null, high: null };
  const t = studentQuantile(0.5 + confidence / 2, n - 1);
  const of = (variance: number): number => (t * t * variance) / n;
  const belowVariance = of(sampleVariance(first as number[]));
  const aboveVariance = of(sampleVariance(second as number[]));
  const covariance = of(sampleCovariance(first as number[], second as number[]));
  // (above - R below)^2 <= of(variance of second - R first), a quadratic in R.
  const square = below * below - belowVariance;
  if (square <= 0) return { mean: ratio, low: null, high: null };
  const middle = (above * below - covariance) / square;
  const constant = (above * above - aboveVariance) / square;
  const arm = Math.sqrt(Math.max(0, middle * middle - constant));
  return { mean: ratio, low: Math.min(ratio, middle - arm), high: Math.max(ratio, middle + arm) };
}
