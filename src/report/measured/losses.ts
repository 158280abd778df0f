import type { BenchRecord } from '../../bench/record/record.ts';

/** Why each level was lost since it first was there, over all boots; levels that never were are not in it. */
export function lossesByLevel({ boots }: BenchRecord): ReadonlyMap<number, readonly string[]> {
  const lost = new Map<number, readonly string[]>();
  for (const { level, losses = [] } of boots) {
    if (losses.length > 0) lost.set(level, [...(lost.get(level) ?? []), ...losses]);
  }
  return new Map([...lost].sort(([a], [b]) => a - b));
}
