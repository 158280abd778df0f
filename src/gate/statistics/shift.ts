import { mannWhitneyNull, type NullDistribution, signedRankNull } from './null-distribution.ts';

/**
 * How far one sample lies above another, without an assumption on their distribution: Hodges and Lehmann's estimate
 * (Annals of Mathematical Statistics 34, 1963, 598) and what follows from inverting the rank test that belongs to it.
 */
export interface Shift {
  /** Median of the pairwise differences. */
  readonly estimate: number;
  /** Pairwise differences, ascending. */
  readonly differences: Float64Array;
  readonly distribution: NullDistribution;
}

/** Every value of `candidate` against every one of `baseline`. @throws {RangeError} when one of them is empty */
export function shiftOfSamples(candidate: readonly number[], baseline: readonly number[]): Shift {
  const differences = new Float64Array(candidate.length * baseline.length);
  let next = 0;
  for (const above of candidate) for (const below of baseline) differences[next++] = above - below;
  return shiftOf(differences, () => nullOf(mannWhitneyNull, candidate.length, baseline.length));
}

/**
 * Value by value: the two were measured side by side, and what disturbed both cancels.
 * @throws {RangeError} when they differ in length or are empty
 */
export function shiftOfPairs(candidate: readonly number[], baseline: readonly number[]): Shift {
  const n = candidate.length;
  if (n !== baseline.length)
    throw new RangeError(`found ${n} values beside ${baseline.length}, expected pairs`);
  const differences = new Float64Array((n * (n + 1)) / 2);
  let next = 0;
  for (let i = 0; i < n; i++) {
    const one = candidate[i]! - baseline[i]!;
    for (let j = i; j < n; j++) differences[next++] = (one + candidate[j]! - baseline[j]!) / 2;
  }
  return shiftOf(differences, () => nullOf(signedRankNull, n));
}

function shiftOf(differences: Float64Array, distribution: () => NullDistribution): Shift {
  if (differences.length === 0) throw new RangeError('found no values, expected at least one on each side');
  differences.sort();
  const { length } = differences;
  const estimate = (differences[(length - 1) >> 1]! + differences[length >> 1]!) / 2;
  return { estimate, differences, distribution: distribution() };
}

/** Every metric of a comparison asks for the same one. */
const known = new Map<string, NullDistribution>();

function nullOf<N extends readonly number[]>(
  distribution: (...sizes: N) => NullDistribution,
  ...sizes: N
): NullDistribution {
  const key = `${distribution.name} ${sizes.join(' ')}`;
  const found = known.get(key) ?? distribution(...sizes);
  known.set(key, found);
  return found;
}

/**
 * The interval whose either side is wrong with a chance of at most `alpha`, whatever the distribution.
 * @returns null when there are too few values for it
 */
export function shiftInterval(
  { differences, distribution }: Shift,
  alpha: number,
): { readonly low: number; readonly high: number } | null {
  let rank = 0;
  while (rank < distribution.size / 2 && distribution.cumulative[rank]! <= alpha) rank++;
  if (rank === 0) return null;
  return { low: differences[rank - 1]!, high: differences[differences.length - rank]! };
}

/** Chance of differences as far above `bound` as these, if the true shift were no larger than it. */
export function chanceIfAtMost({ differences, distribution }: Shift, bound: number): number {
  return distribution.cumulative[countAtMost(differences, bound)]!;
}

/** Chance of differences as far below `bound` as these, if the true shift were no smaller than it. */
export function chanceIfAtLeast({ differences, distribution }: Shift, bound: number): number {
  return distribution.cumulative[differences.length - countBelow(differences, bound)]!;
}

/** Ties count against the claim. */
function countAtMost(sorted: Float64Array, bound: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= bound) low = middle + 1;
    else high = middle;
  }
  return low;
}

function countBelow(sorted: Float64Array, bound: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < bound) low = middle + 1;
    else high = middle;
  }
  return low;
}
