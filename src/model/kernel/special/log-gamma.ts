import { log } from '../elementary.ts';

/** Lanczos' coefficients for g = 7, n = 9, as computed by Paul Godfrey. */
const G = 7;
const COEFFICIENTS = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
] as const;
const HALF_LOG_TWO_PI = 0.9189385332046728;

/** Logarithm of the gamma function for x > 0; absolute error below 1e-14 (1 + |result|). */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new RangeError(`logGamma needs x > 0, got ${x}`);
  // The series is good from 1/2 on; below, one step of the recurrence.
  if (x < 0.5) return logGamma(x + 1) - log(x);
  const y = x - 1;
  let sum = 0.9999999999998099;
  for (let i = 0; i < COEFFICIENTS.length; i++) sum += COEFFICIENTS[i]! / (y + i + 1);
  const t = y + G + 0.5;
  return HALF_LOG_TWO_PI + (y + 0.5) * log(t) - t + log(sum);
}
