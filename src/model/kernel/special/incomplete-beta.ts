import { exp, log } from '../elementary.ts';
import { logGamma } from './log-gamma.ts';

const TINY = 1e-300;
const STEP_LIMIT = 10_000;

/**
 * Regularized incomplete beta function I_x(a, b), a and b > 0, x in [0, 1]; relative error about 1e-13 for a and b
 * up to some thousands. Continued fraction by Lentz's method (DLMF 8.17.22).
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  return betaDistribution(a, b)(x);
}

/** The same for many x: what does not depend on x is computed once. */
export function betaDistribution(a: number, b: number): (x: number) => number {
  if (!(a > 0 && b > 0)) throw new RangeError(`a beta distribution needs a, b > 0, got a = ${a}, b = ${b}`);
  const both = logGamma(a + b);
  const [ofA, ofB] = [logGamma(a), logGamma(b)];
  return (x) => {
    if (!(x >= 0 && x <= 1)) throw new RangeError(`a beta distribution is over [0, 1], got x = ${x}`);
    if (x === 0 || x === 1) return x;
    const front = exp(a * log(x) + b * log(1 - x) + both - ofA - ofB);
    // The fraction converges fast on one side of the mean; the other side is its mirror image.
    return x < (a + 1) / (a + b + 2)
      ? (front * continuedFraction(x, a, b)) / a
      : 1 - (front * continuedFraction(1 - x, b, a)) / b;
  };
}

function continuedFraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m < STEP_LIMIT; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    const factor = d * c;
    result *= factor;
    if (Math.abs(factor - 1) < 1e-16) return result;
  }
  throw new RangeError(`incompleteBeta does not converge for x = ${x}, a = ${a}, b = ${b}`);
}

function away(x: number): number {
  return Math.abs(x) < TINY ? TINY : x;
}
