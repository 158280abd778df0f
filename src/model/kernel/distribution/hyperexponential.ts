import type { RandomStream } from '../random-stream.ts';
import { type Distribution, requirePositive } from './distribution.ts';

/**
 * Two-phase hyperexponential with balanced means, by mean and coefficient of variation > 1: mostly short, sometimes
 * long, each phase with half of the work (Whitt, "Approximating a point process by a renewal process", 1982).
 */
export class Hyperexponential implements Distribution {
  readonly mean: number;
  readonly variance: number;
  private readonly shareShort: number;
  private readonly meanShort: number;
  private readonly meanLong: number;

  constructor(mean: number, coefficientOfVariation: number) {
    requirePositive('hyperexponential', 'mean', mean);
    if (!(coefficientOfVariation > 1 && Number.isFinite(coefficientOfVariation))) {
      throw new RangeError(
        `hyperexponential: the coefficient of variation must be a finite number > 1, got ${coefficientOfVariation}`,
      );
    }
    const squared = coefficientOfVariation * coefficientOfVariation;
    this.mean = mean;
    this.variance = mean * mean * squared;
    this.shareShort = 0.5 * (1 + Math.sqrt((squared - 1) / (squared + 1)));
    this.meanShort = mean / (2 * this.shareShort);
    this.meanLong = mean / (2 * (1 - this.shareShort));
  }

  sample(stream: RandomStream): number {
    const phaseMean = stream.uniform() < this.shareShort ? this.meanShort : this.meanLong;
    return phaseMean * stream.exponential();
  }
}
