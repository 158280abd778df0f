import { exp, log } from '../kernel/elementary.ts';
import type { RandomStream } from '../kernel/random-stream.ts';
import type { DurationDistribution } from '../machine/specification.ts';

/** Draws durations in whole nanoseconds. */
export class DurationSampler {
  private readonly kind: DurationDistribution['kind'];
  private readonly mean: number;
  /** Of the logarithm, for `lognormal`. */
  private readonly location: number;
  private readonly scale: number;

  constructor(distribution: DurationDistribution) {
    this.kind = distribution.kind;
    this.mean = distribution.mean;
    const variance = distribution.kind === 'lognormal' ? log(1 + distribution.cv * distribution.cv) : 0;
    this.scale = Math.sqrt(variance);
    this.location = distribution.mean > 0 ? log(distribution.mean) - variance / 2 : 0;
  }

  draw(stream: RandomStream): number {
    if (this.mean === 0) return 0;
    switch (this.kind) {
      case 'constant':
        return Math.round(this.mean);
      case 'exponential':
        return Math.round(this.mean * stream.exponential());
      case 'lognormal':
        return Math.round(exp(this.location + this.scale * stream.normal()));
    }
  }
}
