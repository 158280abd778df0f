import { exp } from '../elementary.ts';
import type { RandomStream } from '../random-stream.ts';
import { type Distribution, requirePositive } from './distribution.ts';

/** Pareto: P(X > x) = (minimum / x)^shape from `minimum` on. No mean for shape <= 1, no variance for shape <= 2. */
export class Pareto implements Distribution {
  readonly shape: number;
  readonly minimum: number;
  readonly mean: number;
  readonly variance: number;

  constructor(shape: number, minimum: number) {
    requirePositive('pareto', 'shape', shape);
    requirePositive('pareto', 'minimum', minimum);
    this.shape = shape;
    this.minimum = minimum;
    this.mean = shape > 1 ? (shape * minimum) / (shape - 1) : Number.POSITIVE_INFINITY;
    this.variance =
      shape > 2
        ? (minimum * minimum * shape) / ((shape - 1) * (shape - 1) * (shape - 2))
        : Number.POSITIVE_INFINITY;
  }

  sample(stream: RandomStream): number {
    return this.minimum * exp(stream.exponential() / this.shape);
  }
}
