import type { BenchRecord } from '../../bench/record/record.ts';
import { ended, levelName } from './wording.ts';

/** One sentence for each reason, with all workloads and levels it is true of. */
export function skippedTexts(skipped: BenchRecord['skipped']): readonly string[] {
  const levels = new Map<string, Set<number>>();
  for (const { level, workload, reason } of skipped) {
    const key = JSON.stringify([workload, reason]);
    levels.set(key, (levels.get(key) ?? new Set()).add(level));
  }
  const workloads = new Map<string, string[]>();
  for (const [key, found] of levels) {
    const [workload, reason] = JSON.parse(key) as [string, string];
    const where = [...found].sort((a, b) => a - b).map(levelName);
    const same = JSON.stringify([where.join(', '), reason]);
    workloads.set(same, [...(workloads.get(same) ?? []), workload]);
  }
  return [...workloads].map(([key, names]) => {
    const [where, reason] = JSON.parse(key) as [string, string];
    return `${names.join(', ')} could not run in ${where}: ${ended(reason)}`;
  });
}
