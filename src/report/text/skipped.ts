import type { BenchRecord } from '../../bench/record/record.ts';
import { ended, levelName } from './wording.ts';

/**
 * One sentence for each reason, with all workloads and levels it is true of. Reasons that differ in their numbers alone
 * are one, from the least to the most: `218–310 MiB are available`.
 */
export function skippedTexts(skipped: BenchRecord['skipped']): readonly string[] {
  const byWorkload = grouped(skipped, ({ workload, reason }) => [workload, reason.replaceAll(NUMBER, '#')]);
  const told = byWorkload.map((all) => ({
    workload: all[0]!.workload,
    where: [...new Set(all.map(({ level }) => level))]
      .sort((a, b) => a - b)
      .map(levelName)
      .join(', '),
    reason: withRanges(all.map(({ reason }) => reason)),
  }));
  return grouped(told, ({ where, reason }) => [where, reason]).map((all) => {
    const { where, reason } = all[0]!;
    return `${all.map(({ workload }) => workload).join(', ')} could not run in ${where}: ${ended(reason)}`;
  });
}

const NUMBER = /\d+(?:\.\d+)?/g;

/** The reasons as one; they are alike but for their numbers. */
function withRanges(reasons: readonly string[]): string {
  const numbers = reasons.map((reason) => reason.match(NUMBER) ?? []);
  let place = 0;
  return reasons[0]!.replaceAll(NUMBER, () => {
    const values = numbers.map((found) => found[place]!).sort((a, b) => Number(a) - Number(b));
    place++;
    const [least, most] = [values[0]!, values.at(-1)!];
    return least === most ? least : `${least}–${most}`;
  });
}

/** In the order in which each key is first met. */
function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => readonly string[]): readonly Item[][] {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = JSON.stringify(keyOf(item));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}
