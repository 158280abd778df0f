/**
 * Holm's step-down adjustment (Scandinavian Journal of Statistics 6, 1979, 65): claims whose adjusted chance is at
 * most alpha hold together with a chance of error of at most alpha, however they depend on each other.
 *
 * @returns the adjusted chances, in the order of the given ones
 */
export function holm(chances: readonly number[]): readonly number[] {
  const order = chances.map((_, index) => index).sort((a, b) => chances[a]! - chances[b]! || a - b);
  const adjusted = new Array<number>(chances.length);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, chances[index]! * (chances.length - rank)));
    adjusted[index] = largest;
  }
  return adjusted;
}
