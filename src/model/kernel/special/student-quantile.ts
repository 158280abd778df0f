import { exp, log } from '../elementary.ts';
import { incompleteBeta } from './incomplete-beta.ts';
import { logGamma } from './log-gamma.ts';
import { normalQuantile } from './normal-quantile.ts';

/** Above this many degrees of freedom the expansion about the normal quantile is exact to 1e-12. */
const NEARLY_NORMAL = 1e5;
const STEP_LIMIT = 100;

/**
 * Quantile of Student's t distribution; relative error below 1e-10.
 *
 * @param p in (0, 1). @param degrees of freedom, > 0, whole or not.
 */
export function studentQuantile(p: number, degrees: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a probability for a t quantile is in (0, 1), got ${p}`);
  if (!(degrees > 0)) throw new RangeError(`degrees of freedom are > 0, got ${degrees}`);
  const centre = Math.abs(p - 0.5);
  if (centre === 0) return 0;
  if (degrees > NEARLY_NORMAL) return nearlyNormalQuantile(p, degrees);
  const magnitude =
    centre < 0.2 ? centralQuantile(centre, degrees) : upperQuantile(Math.min(p, 1 - p), degrees);
  return p < 0.5 ? -magnitude : magnitude;
}

/** The t > 0 that a share `centre` < 1/2 lies between 0 and. */
function centralQuantile(centre: number, degrees: number): number {
  // Newton from below stays below, because the distribution function is concave there.
  let t = centre / density(0, degrees);
  for (let step = 0; step < STEP_LIMIT; step++) {
    const square = t * t;
    const reached = 0.5 * incompleteBeta(square / (degrees + square), 0.5, degrees / 2);
    const next = t + (centre - reached) / density(t, degrees);
    if (Math.abs(next - t) <= 1e-15 * t) return next;
    t = next;
  }
  return t;
}

/** The t > 0 that a share `tail` < 1/2 lies beyond. */
function upperQuantile(tail: number, degrees: number): number {
  let low = 0;
  let high = -nearlyNormalQuantile(tail, degrees);
  while (upperTail(high, degrees) > tail) {
    low = high;
    high *= 2;
  }
  // Newton on the logarithm of the tail, which is nearly straight, kept inside the bracket.
  let t = high;
  for (let step = 0; step < STEP_LIMIT; step++) {
    const beyond = upperTail(t, degrees);
    if (beyond > tail) low = t;
    else high = t;
    const slope = density(t, degrees) / beyond;
    let next = t + (log(beyond) - log(tail)) / slope;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (Math.abs(next - t) <= 1e-15 * t) return next;
    t = next;
  }
  return t;
}

/** Cornish-Fisher: Abramowitz and Stegun 26.7.5 to the second order. */
function nearlyNormalQuantile(p: number, degrees: number): number {
  const z = normalQuantile(p);
  const z2 = z * z;
  return z * (1 + (z2 + 1) / (4 * degrees) + ((5 * z2 + 16) * z2 + 3) / (96 * degrees * degrees));
}

function upperTail(t: number, degrees: number): number {
  return 0.5 * incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

function density(t: number, degrees: number): number {
  const front = logGamma((degrees + 1) / 2) - logGamma(degrees / 2) - 0.5 * log(degrees * Math.PI);
  return exp(front - ((degrees + 1) / 2) * log(1 + (t * t) / degrees));
}
