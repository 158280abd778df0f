import { normalQuantile } from '../special/normal-quantile.ts';

/** What is known of the correlation between neighbours in a series. */
export interface NeighbourCorrelation {
  /** 1 - (von Neumann's ratio) / 2: near the lag-1 autocorrelation, 0 when independent. */
  readonly coefficient: number;
  /** Above this, independence is rejected (one-sided: only positive correlation makes intervals too narrow). */
  readonly critical: number;
  readonly independent: boolean;
}

/**
 * Von Neumann's test of independence on a series in time (J. von Neumann, "Distribution of the ratio of the mean
 * square successive difference to the variance", Ann. Math. Stat. 12(4), 1941), as used on batch means by G. S.
 * Fishman, "Grouping observations in digital simulation", Management Science 24(5), 1978.
 *
 * @param values at least 8, in order. @param significance chance of rejecting an independent series.
 */
export function neighbourCorrelation(values: ArrayLike<number>, significance = 0.1): NeighbourCorrelation {
  const n = values.length;
  if (n < 8) throw new RangeError(`the test on neighbours needs at least 8 values, got ${n}`);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += values[i]!;
  const mean = sum / n;
  let squares = 0;
  let differences = 0;
  for (let i = 0; i < n; i++) {
    const deviation = values[i]! - mean;
    squares += deviation * deviation;
    if (i > 0) {
      const difference = values[i]! - values[i - 1]!;
      differences += difference * difference;
    }
  }
  const coefficient = squares === 0 ? 0 : 1 - differences / (2 * squares);
  const critical = normalQuantile(1 - significance) * Math.sqrt((n - 2) / (n * n - 1));
  return { coefficient, critical, independent: coefficient <= critical };
}
