import { nearestWord } from './nearest-word.ts';
import { quote } from './quote.ts';

export const unknownName = (kind: string, name: string): string =>
  `found the ${kind} name ${quote(name)}, which is not known`;

/** The nearest right names, or all of them when they are few, or how many there are. */
export function nameHint(kind: string, name: string, known: readonly string[]): string {
  const near = nearestWord(name, known);
  if (near !== null) return `did you mean ${near}?`;
  const sorted = [...new Set(known)].sort();
  if (sorted.length === 0) return `no ${kind} was found by name`;
  if (sorted.length <= 12) return `known: ${sorted.join(', ')}`;
  return `${sorted.length} are known, such as ${sorted.slice(0, 6).join(', ')}`;
}
