/**
 * Kolmogorov and Smirnov's statistic, scaled by the square root of the sample size: above 1.95 once in a thousand
 * samples when they come from the distribution.
 */
export function greatestDistance(values: readonly number[], distribution: (x: number) => number): number {
  const sorted = Float64Array.from(values).sort();
  let greatest = 0;
  for (const [i, value] of sorted.entries()) {
    const expected = distribution(value);
    greatest = Math.max(greatest, expected - i / sorted.length, (i + 1) / sorted.length - expected);
  }
  return greatest * Math.sqrt(sorted.length);
}
