import { median, medianSorted } from 'simple-statistics';
import type { Estimate, Uniform } from './estimate.ts';

/**
 * The median and its bootstrap: of as many values drawn with replacement, `replicates` times (Efron and Tibshirani:
 * An Introduction to the Bootstrap, 1993, chapter 6).
 *
 * @param sorted ascending, not empty, of independent values
 */
export function bootstrapMedian(sorted: Float64Array, replicates: number, uniform: Uniform): Estimate {
  const resampled = new Float64Array(replicates);
  const drawn = new Uint32Array(sorted.length);
  for (let b = 0; b < replicates; b++) resampled[b] = resampledMedian(sorted, drawn, uniform);
  return { value: medianSorted(Array.from(sorted)), replicates: resampled };
}

/** Counts how often each value is drawn and walks to the middle: no sorting. `drawn` is scratch of equal length. */
function resampledMedian(sorted: Float64Array, drawn: Uint32Array, uniform: Uniform): number {
  const n = sorted.length;
  drawn.fill(0);
  for (let i = 0; i < n; i++) drawn[Math.floor(uniform() * n)]!++;
  const upper = n >> 1;
  const lower = n % 2 === 1 ? upper : upper - 1;
  let seen = 0;
  let at = -1;
  while (seen <= lower) seen += drawn[++at]!;
  const low = sorted[at]!;
  while (seen <= upper) seen += drawn[++at]!;
  return (low + sorted[at]!) / 2;
}

/**
 * The same where values come in boots, which differ as wholes: the boots of each replicate are drawn first, and the same
 * ones for everything that is measured, and then as many values of each as it has (Davison and Hinkley: Bootstrap Methods
 * and their Application, 1997, section 3.8).
 *
 * @param boots the values of each boot; none where a boot has none
 * @param drawn for each replicate, which boots
 */
export function bootstrapMedianOfBoots(
  boots: readonly Float64Array[],
  drawn: readonly Uint32Array[],
  uniform: Uniform,
): Estimate {
  const all = Float64Array.from(boots.flatMap((values) => [...values])).sort();
  const replicates = Float64Array.from(drawn, (choice) => {
    const values: number[] = [];
    for (const index of choice) {
      const boot = boots[index] ?? EMPTY;
      for (let i = 0; i < boot.length; i++) values.push(boot[Math.floor(uniform() * boot.length)]!);
    }
    return values.length === 0 ? medianSorted(Array.from(all)) : median(values);
  });
  return { value: medianSorted(Array.from(all)), replicates };
}

const EMPTY = new Float64Array(0);
