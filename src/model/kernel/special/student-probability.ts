import { incompleteBeta } from './incomplete-beta.ts';

/** How likely a Student-t variable is at least as far from 0 as `t`, on either side; `degrees` > 0. */
export function studentTailProbability(t: number, degrees: number): number {
  if (!(degrees > 0) || Number.isNaN(t)) {
    throw new RangeError(`studentTailProbability needs degrees > 0 and a number, got ${degrees} and ${t}`);
  }
  if (!Number.isFinite(t)) return 0;
  // Abramowitz and Stegun 26.7.1, through the incomplete beta function.
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}
