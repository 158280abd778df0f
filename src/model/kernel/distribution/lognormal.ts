import { exp, log } from '../elementary.ts';
import type { RandomStream } from '../random-stream.ts';
import { type Distribution, requirePositive } from './distribution.ts';

/** Lognormal, by its own mean and coefficient of variation (not those of its logarithm). */
export class Lognormal implements Distribution {
  readonly mean: number;
  readonly variance: number;
  /** Mean and standard deviation of the logarithm. */
  readonly mu: number;
  readonly sigma: number;

  constructor(mean: number, coefficientOfVariation: number) {
    requirePositive('lognormal', 'mean', mean);
    requirePositive('lognormal', 'coefficient of variation', coefficientOfVariation);
    const squared = coefficientOfVariation * coefficientOfVariation;
    const logVariance = log(1 + squared);
    this.mean = mean;
    this.variance = mean * mean * squared;
    this.sigma = Math.sqrt(logVariance);
    this.mu = log(mean) - logVariance / 2;
  }

  sample(stream: RandomStream): number {
    return exp(this.mu + this.sigma * stream.normal());
  }
}
