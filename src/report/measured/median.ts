import type { Interval } from '../text/figure.ts';

/** Below this many values no pair of order statistics holds the median with 95 % confidence. */
export const FEWEST_FOR_INTERVAL = 6;

/** From here on the binomial is as good as normal, and exact sums would underflow. */
const LARGEST_EXACT = 500;

/**
 * The median of `values` with the distribution-free 95 % interval between two of its order statistics
 * (Conover, Practical Nonparametric Statistics, 3rd ed., section 3.2); null bounds below six values.
 * @param values at least one; not changed
 */
export function medianInterval(values: readonly number[]): Interval {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  const middle = Math.floor(n / 2);
  const mean = n % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  if (n < FEWEST_FOR_INTERVAL) return { mean, low: null, high: null };
  const rank = lowerRank(n);
  return { mean, low: sorted[rank]!, high: sorted[n - 1 - rank]! };
}

/** The largest r with P(Binomial(n, 1/2) <= r - 1) <= 2.5 %: the bounds are the values r in from either end. */
function lowerRank(n: number): number {
  if (n > LARGEST_EXACT) return Math.max(Math.floor((n - 1.959964 * Math.sqrt(n)) / 2) - 1, 0);
  let probability = 0.5 ** n;
  let below = probability;
  let rank = 0;
  while (rank + 1 < n / 2) {
    probability *= (n - rank) / (rank + 1);
    if (below + probability > 0.025) break;
    below += probability;
    rank += 1;
  }
  return rank;
}

/**
 * `above / below` with a 95 % interval put together from the intervals of both (the MOVER method on logarithms:
 * Zou and Donner, Statistics in Medicine 27, 2008, 1693); without an interval when one of them has none.
 * @returns null when either median is not above 0: there is no ratio then
 */
export function ratioInterval(above: Interval, below: Interval): Interval | null {
  if (above.mean <= 0 || below.mean <= 0) return null;
  const mean = above.mean / below.mean;
  const armAbove = logArms(above);
  const armBelow = logArms(below);
  if (armAbove === null || armBelow === null) return { mean, low: null, high: null };
  return {
    mean,
    low: mean * Math.exp(-Math.hypot(armAbove.down, armBelow.up)),
    high: mean * Math.exp(Math.hypot(armAbove.up, armBelow.down)),
  };
}

function logArms({ mean, low, high }: Interval): { readonly down: number; readonly up: number } | null {
  if (low === null || high === null || low <= 0) return null;
  return { down: Math.log(mean / low), up: Math.log(high / mean) };
}
