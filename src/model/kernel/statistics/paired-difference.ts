import { mean, sampleCovariance, sampleVariance } from 'simple-statistics';
import { type ConfidenceInterval, confidenceInterval } from './confidence-interval.ts';

export interface PairedDifference extends ConfidenceInterval {
  /** The difference as a share of the first's mean; null when that is 0. */
  readonly relative: number | null;
  /** Correlation of the pairs; null when one side does not vary. */
  readonly correlation: number | null;
  /** Variance of the difference over what it would be without common random numbers; null when neither varies. */
  readonly varianceRatio: number | null;
}

/**
 * Interval on the mean of second - first, where values at the same place were simulated with the same random numbers.
 * Much tighter than two intervals side by side when the pairs are correlated.
 */
export function pairedDifference(
  first: readonly number[],
  second: readonly number[],
  confidence = 0.95,
): PairedDifference {
  if (first.length !== second.length) {
    throw new RangeError(`pairs need two series of one length, got ${first.length} and ${second.length}`);
  }
  const differences = second.map((value, i) => value - first[i]!);
  const interval = confidenceInterval(differences, confidence);
  const firstMean = mean(first as number[]);
  return {
    ...interval,
    relative: firstMean === 0 ? null : interval.mean / Math.abs(firstMean),
    ...association(first as number[], second as number[], differences),
  };
}

function association(
  first: number[],
  second: number[],
  differences: number[],
): { correlation: number | null; varianceRatio: number | null } {
  if (first.length < 2) return { correlation: null, varianceRatio: null };
  const firstVariance = sampleVariance(first);
  const secondVariance = sampleVariance(second);
  const apart = firstVariance + secondVariance;
  const both = Math.sqrt(firstVariance * secondVariance);
  return {
    correlation: both > 0 ? sampleCovariance(first, second) / both : null,
    varianceRatio: apart > 0 ? sampleVariance(differences) / apart : null,
  };
}
