import { log, power } from '../elementary.ts';
import type { RandomStream } from '../random-stream.ts';
import { type Distribution, requirePositive } from './distribution.ts';

/**
 * Gamma with mean shape x scale; a whole shape is an Erlang distribution.
 * Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS 26(3), 2000.
 */
export class Gamma implements Distribution {
  readonly shape: number;
  readonly scale: number;
  readonly mean: number;
  readonly variance: number;
  private readonly d: number;
  private readonly c: number;

  constructor(shape: number, scale: number) {
    requirePositive('gamma', 'shape', shape);
    requirePositive('gamma', 'scale', scale);
    this.shape = shape;
    this.scale = scale;
    this.mean = shape * scale;
    this.variance = shape * scale * scale;
    // The method needs shape >= 1; below, a draw for shape + 1 is brought down in `sample`.
    this.d = (shape < 1 ? shape + 1 : shape) - 1 / 3;
    this.c = 1 / Math.sqrt(9 * this.d);
  }

  sample(stream: RandomStream): number {
    const draw = this.scale * this.standard(stream);
    return this.shape < 1 ? draw * power(1 - stream.uniform(), 1 / this.shape) : draw;
  }

  private standard(stream: RandomStream): number {
    for (;;) {
      const x = stream.normal();
      const root = 1 + this.c * x;
      if (root <= 0) continue;
      const v = root * root * root;
      const u = 1 - stream.uniform();
      const x2 = x * x;
      if (u < 1 - 0.0331 * x2 * x2) return this.d * v;
      if (log(u) < 0.5 * x2 + this.d * (1 - v + log(v))) return this.d * v;
    }
  }
}
