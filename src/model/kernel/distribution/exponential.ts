import type { RandomStream } from '../random-stream.ts';
import { type Distribution, requirePositive } from './distribution.ts';

/** Exponential. */
export class Exponential implements Distribution {
  readonly mean: number;
  readonly variance: number;

  constructor(mean: number) {
    requirePositive('exponential', 'mean', mean);
    this.mean = mean;
    this.variance = mean * mean;
  }

  sample(stream: RandomStream): number {
    return this.mean * stream.exponential();
  }
}
