import { quantileSorted } from 'simple-statistics';

/** Beyond these many interquartile ranges from the quartiles a value is far out (Tukey, "Exploratory Data Analysis", 2C). */
const FAR_OUT = 3;
/**
 * Costs that repeat exactly have no spread, and a single instruction more would be far out: nothing within a hundredth
 * of the median is.
 */
const LEAST_SHARE = 0.01;

/**
 * Marks the measured values that lie far from the rest: an interrupt in a short operation, a page that was not there.
 * A mark is for whoever looks at the raw values; no summary leaves a marked value out.
 *
 * @returns 0-based numbers of values, warm-up excluded
 */
export function farOut(values: readonly number[], warmUp: number): readonly number[] {
  const sorted = values.slice(warmUp).sort((a, b) => a - b);
  if (sorted.length === 0) return [];
  const [low, middle, high] = [0.25, 0.5, 0.75].map((p) => quantileSorted(sorted, p)) as [
    number,
    number,
    number,
  ];
  const reach = Math.max(FAR_OUT * (high - low), LEAST_SHARE * Math.abs(middle));
  const far: number[] = [];
  for (let i = warmUp; i < values.length; i++) {
    if (values[i]! < low - reach || values[i]! > high + reach) far.push(i);
  }
  return far;
}
