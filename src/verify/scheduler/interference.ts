import type { WorkerOutput } from './worker.ts';

/** USER_HZ of every Linux on the processors nestmark runs on: /proc/stat counts hundredths of a second. */
const TICK = 1e7;

/** What kept the measured CPUs from the threads, as shares of their time. */
export interface Interference {
  /** Taken by the level below. */
  readonly steal: number;
  /** Everything else that ran there. */
  readonly others: number;
}

export interface Limits {
  readonly steal: number;
  readonly others: number;
}

/** Above these a block says more about the machine's other users than about its scheduler. */
export const LIMITS: Limits = { steal: 0.01, others: 0.03 };

export function interferenceOf({ before, after, elapsed, threads }: WorkerOutput): Interference {
  let busy = 0;
  let steal = 0;
  after.forEach((line, index) => {
    const then = fields(before[index]!);
    const now = fields(line);
    const since = (field: number): number => ((now[field] ?? 0) - (then[field] ?? 0)) * TICK;
    // user, nice, system, irq, softirq; idle and iowait are not work, steal is somebody else's.
    busy += since(0) + since(1) + since(2) + since(5) + since(6);
    steal += since(7);
  });
  const capacity = elapsed * after.length;
  const own = threads.reduce((sum, { run }) => sum + run, 0);
  return { steal: steal / capacity, others: Math.max(0, busy - own) / capacity };
}

/** Why a block does not count, or null when it does. */
export function disturbance({ steal, others }: Interference, limits: Limits = LIMITS): string | null {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  if (steal > limits.steal) return `steal ${percent(steal)} (limit ${percent(limits.steal)})`;
  if (others > limits.others) return `other processes ${percent(others)} (limit ${percent(limits.others)})`;
  return null;
}

function fields(line: string): number[] {
  return line.trim().split(/\s+/).slice(1).map(Number);
}
