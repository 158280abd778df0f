import type { RandomStream } from '../random-stream.ts';
import type { Distribution } from './distribution.ts';

/**
 * What was measured, drawn again: the piecewise linear quantile function through the sorted values, the smallest at
 * probability 0 and the largest at 1 (R's quantile type 7). Draws lie within the observed range, values between
 * observations included; the mean and variance are those of this smoothed law, not of the observations.
 */
export class Empirical implements Distribution {
  readonly mean: number;
  readonly variance: number;
  private readonly sorted: Float64Array;

  /** @param observations at least one, finite, in any order. */
  constructor(observations: ArrayLike<number>) {
    if (observations.length === 0) throw new RangeError('empirical: needs at least one observation');
    this.sorted = Float64Array.from(observations).sort();
    // NaN sorts last, so both ends tell.
    if (!Number.isFinite(this.sorted[0]) || !Number.isFinite(this.sorted.at(-1))) {
      throw new RangeError('empirical: observations must be finite numbers');
    }
    const moments = momentsOfSegments(this.sorted);
    this.mean = moments.mean;
    this.variance = moments.variance;
  }

  /** The quantile at p in [0, 1]. */
  quantile(p: number): number {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`a probability is in [0, 1], got ${p}`);
    const last = this.sorted.length - 1;
    const place = p * last;
    const below = Math.min(Math.floor(place), last);
    const low = this.sorted[below]!;
    return below === last ? low : low + (place - below) * (this.sorted[below + 1]! - low);
  }

  sample(stream: RandomStream): number {
    return this.quantile(stream.uniform());
  }
}

/** Between two neighbours the law is uniform; each such segment has the same probability. */
function momentsOfSegments(sorted: Float64Array): { mean: number; variance: number } {
  const segments = sorted.length - 1;
  if (segments === 0) return { mean: sorted[0]!, variance: 0 };
  let sum = 0;
  for (let i = 0; i < segments; i++) sum += (sorted[i]! + sorted[i + 1]!) / 2;
  const mean = sum / segments;
  let squares = 0;
  for (let i = 0; i < segments; i++) {
    const low = sorted[i]! - mean;
    const high = sorted[i + 1]! - mean;
    squares += (low * low + low * high + high * high) / 3;
  }
  return { mean, variance: squares / segments };
}
