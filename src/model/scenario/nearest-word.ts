/**
 * The known word a reader most likely meant, or null when none is near: at most a third of the letters changed,
 * dropped, added or swapped with a neighbour (optimal string alignment), case and separators ignored.
 */
export function nearestWord(word: string, known: Iterable<string>): string | null {
  const wanted = plain(word);
  if (wanted.length === 0 || wanted.length > 80) return null;
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const text = plain(candidate);
    const limit = Math.max(1, Math.floor(Math.max(wanted.length, text.length) / 3));
    if (Math.abs(text.length - wanted.length) > limit) continue;
    const distance = editDistance(wanted, text);
    if (distance > limit || distance >= bestDistance) continue;
    // Two letters that share nothing are not a misspelling of each other.
    if (distance >= Math.max(wanted.length, text.length)) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

const plain = (word: string): string => word.toLowerCase().replaceAll(/[\s_-]/g, '');

function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
