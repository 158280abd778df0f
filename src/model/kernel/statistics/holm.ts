/**
 * Which of several hypotheses fall when the chance of rejecting even one true one is to stay below `level`: Holm's
 * step-down procedure ("A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics
 * 6(2), 1979). Needs no independence.
 *
 * @param pValues one a hypothesis, in any order. @returns whether each is rejected, in the same order.
 */
export function holmRejections(pValues: readonly number[], level: number): boolean[] {
  const order = pValues.map((_, i) => i).sort((i, j) => pValues[i]! - pValues[j]!);
  const rejected = pValues.map(() => false);
  for (const [rank, i] of order.entries()) {
    if (pValues[i]! > level / (pValues.length - rank)) break;
    rejected[i] = true;
  }
  return rejected;
}
