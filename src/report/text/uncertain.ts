import type { UncertainRow } from '../../model/experiment/result.ts';
import { plainText, unitSuffix } from './figure.ts';

/** A figure with everything that is not known of it: `1.63x (1.2 to 2.4)`. */
export function uncertainRange({ mean, low, high, unit }: UncertainRow): string {
  return `${plainText(mean)}${unitSuffix(unit)} (${plainText(low)} to ${plainText(high)})`;
}

/** Parts of less than this are not named. */
const LEAST = 0.05;

/** What the spread comes from, the most first. */
export function uncertainParts({ parts }: UncertainRow): string {
  const named = parts.filter(({ share }) => share >= LEAST);
  if (named.length === 0) return 'no spread';
  return named.map(({ what, share }) => `${what} ${Math.round(100 * share)} %`).join(', ');
}
