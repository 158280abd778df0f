import { mean as meanOf, sampleVariance } from 'simple-statistics';
import { studentQuantile } from '../special/student-quantile.ts';

/** An estimate and what it can be trusted to. `halfWidth`, `low` and `high` are null with fewer than two values. */
export interface ConfidenceInterval {
  readonly mean: number;
  readonly halfWidth: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  readonly confidence: number;
}

/**
 * Student-t interval on the mean of independent values, such as the means of replications.
 *
 * @param values at least one. @param confidence in (0, 1).
 */
export function confidenceInterval(values: readonly number[], confidence = 0.95): ConfidenceInterval {
  const n = values.length;
  if (n === 0) throw new RangeError('a confidence interval needs at least one value');
  const mean = meanOf(values as number[]);
  if (n === 1) return { mean, halfWidth: null, low: null, high: null, n, confidence };
  const standardError = Math.sqrt(sampleVariance(values as number[]) / n);
  return intervalAround(mean, standardError, n - 1, n, confidence);
}

/** The interval of an estimate with a known standard error. */
export function intervalAround(
  mean: number,
  standardError: number,
  degrees: number,
  n: number,
  confidence: number,
): ConfidenceInterval {
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`a confidence level is in (0, 1), got ${confidence}`);
  }
  const halfWidth = studentQuantile(0.5 + confidence / 2, degrees) * standardError;
  return { mean, halfWidth, low: mean - halfWidth, high: mean + halfWidth, n, confidence };
}
