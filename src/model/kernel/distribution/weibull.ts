import { exp, power } from '../elementary.ts';
import type { RandomStream } from '../random-stream.ts';
import { logGamma } from '../special/log-gamma.ts';
import { type Distribution, requirePositive } from './distribution.ts';

/** Weibull: P(X > x) = exp(-(x / scale)^shape). Shape below 1 has a heavier tail than the exponential. */
export class Weibull implements Distribution {
  readonly shape: number;
  readonly scale: number;
  readonly mean: number;
  readonly variance: number;

  constructor(shape: number, scale: number) {
    requirePositive('weibull', 'shape', shape);
    requirePositive('weibull', 'scale', scale);
    this.shape = shape;
    this.scale = scale;
    const first = exp(logGamma(1 + 1 / shape));
    const second = exp(logGamma(1 + 2 / shape));
    this.mean = scale * first;
    this.variance = scale * scale * (second - first * first);
  }

  sample(stream: RandomStream): number {
    return this.scale * power(stream.exponential(), 1 / this.shape);
  }
}
