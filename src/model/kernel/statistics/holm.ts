/**
 * Holm's step-down adjustment ("A simple sequentially rejective multiple test procedure", Scandinavian Journal of
 * Statistics 6(2), 1979): hypotheses whose adjusted chance is at most `level` can be rejected together, and the chance
 * that even one of those is true stays at `level`. Needs no independence.
 *
 * @param pValues one a hypothesis, in any order. @returns the adjusted ones, at most 1, in the same order.
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((i, j) => pValues[i]! - pValues[j]!);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  for (const [rank, i] of order.entries()) {
    largest = Math.max(largest, Math.min(1, pValues[i]! * (pValues.length - rank)));
    adjusted[i] = largest;
  }
  return adjusted;
}
