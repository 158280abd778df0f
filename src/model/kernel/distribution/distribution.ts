import type { RandomStream } from '../random-stream.ts';

/** A distribution to draw from. Draws take as many numbers of the stream as they need, in a fixed way. */
export interface Distribution {
  /** Infinity where the distribution has none. */
  readonly mean: number;
  /** Infinity where the distribution has none. */
  readonly variance: number;
  sample(stream: RandomStream): number;
}

/** @throws RangeError that says which parameter of what was found to be what. */
export function requirePositive(distribution: string, parameter: string, value: number): void {
  if (!(value > 0 && value < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`${distribution}: ${parameter} must be a finite number > 0, got ${value}`);
  }
}
