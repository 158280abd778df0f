import { betaDistribution } from '../special/incomplete-beta.ts';
import { type LogHistogramData, middleOf } from './log-histogram.ts';

/** Ranks this many standard deviations away have no weight that a double would show. */
const FARTHEST_RANK = 9;

/**
 * A quantile of the upper half of what a histogram holds, after Harrell and Davis ("A new distribution-free quantile
 * estimator", Biometrika 69(3), 1982): the mean of all observations, each weighted by the chance that it is the one at
 * that rank in another sample. It varies less than the one observation at the rank, and is the same in large samples.
 *
 * The weights are theirs half a rank lower, beta((n + 1) p - 1/2, (n + 1)(1 - p) + 1/2): with that the mean is right
 * for an exponential tail, to 0.1 % from 70 observations on at p = 0.95, where theirs is 4.9 % too high.
 *
 * @param p in [0.5, 1). @returns NaN when nothing was recorded.
 */
export function smoothedQuantile(histogram: LogHistogramData, p: number): number {
  if (!(p >= 0.5 && p < 1))
    throw new RangeError(`a smoothed quantile is of a probability in [0.5, 1), got ${p}`);
  const { bits, buckets, counts, zeros, min, max } = histogram;
  let total = zeros;
  for (let i = 0; i < counts.length; i++) total += counts[i]!;
  if (total === 0) return Number.NaN;
  const a = (total + 1) * p - 0.5;
  const b = (total + 1) * (1 - p) + 0.5;
  const center = a / (a + b);
  const spread = FARTHEST_RANK * Math.sqrt((center * (1 - center)) / (a + b + 1));
  const chanceUpTo = betaDistribution(a, b);
  const weightUpTo = (rank: number): number =>
    rank <= center - spread ? 0 : rank >= center + spread ? 1 : chanceUpTo(rank);
  let seen = zeros;
  let weight = weightUpTo(seen / total);
  let sum = 0;
  for (let i = 0; i < buckets.length && weight < 1; i++) {
    seen += counts[i]!;
    const upTo = weightUpTo(seen / total);
    sum += (upTo - weight) * Math.min(Math.max(middleOf(buckets[i]!, bits), min), max);
    weight = upTo;
  }
  return sum;
}
