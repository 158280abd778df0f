import type { Interval } from '../text/figure.ts';

/**
 * `above / below` with a 95 % interval put together from the intervals of both (the MOVER method on logarithms:
 * Zou and Donner, Statistics in Medicine 27, 2008, 1693); without an interval when one of them has none.
 * @returns null when either figure is not above 0: there is no ratio then
 */
export function ratioInterval(above: Interval, below: Interval): Interval | null {
  if (above.mean <= 0 || below.mean <= 0) return null;
  const mean = above.mean / below.mean;
  const armAbove = logArms(above);
  const armBelow = logArms(below);
  if (armAbove === null || armBelow === null) return { mean, low: null, high: null, unit: 'ratio' };
  return {
    unit: 'ratio',
    mean,
    low: mean * Math.exp(-Math.hypot(armAbove.down, armBelow.up)),
    high: mean * Math.exp(Math.hypot(armAbove.up, armBelow.down)),
  };
}

function logArms({ mean, low, high }: Interval): { readonly down: number; readonly up: number } | null {
  if (low === null || high === null || low <= 0) return null;
  return { down: Math.log(mean / low), up: Math.log(high / mean) };
}
