import type { RandomStream } from '../random-stream.ts';
import type { Distribution } from './distribution.ts';

/** Uniform in [low, high). */
export class Uniform implements Distribution {
  readonly low: number;
  readonly high: number;
  readonly mean: number;
  readonly variance: number;

  constructor(low: number, high: number) {
    if (!(low < high && Number.isFinite(high - low))) {
      throw new RangeError(`uniform: low must be below high, both finite; got low ${low} and high ${high}`);
    }
    this.low = low;
    this.high = high;
    this.mean = (low + high) / 2;
    this.variance = ((high - low) * (high - low)) / 12;
  }

  sample(stream: RandomStream): number {
    return this.low + (this.high - this.low) * stream.uniform();
  }
}
