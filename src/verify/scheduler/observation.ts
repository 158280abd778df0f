import type { SchedulerExperiment } from './experiment.ts';

/** What one group of threads got in one run, measured or simulated alike. */
export interface GroupObservation {
  readonly name: string;
  /** Of the elapsed time, per thread: on a CPU, and waiting for one. */
  readonly share: number;
  readonly wait: number;
  /** Mean wait before a turn, in nanoseconds; NaN without a turn. */
  readonly waitPerTurn: number;
  /** Response times of duty cycles, in nanoseconds, sorted; none for hogs. */
  readonly responses: readonly number[];
}

/** What one thread was counted for. */
export interface ThreadCounters {
  readonly run: number;
  readonly wait: number;
  readonly turns: number;
  readonly responses: readonly number[];
}

/** Threads come in the order of the experiment's groups. */
export function observe(
  { groups }: SchedulerExperiment,
  threads: readonly ThreadCounters[],
  elapsed: number,
): GroupObservation[] {
  let first = 0;
  return groups.map(({ name, count }) => {
    const own = threads.slice(first, first + count);
    first += count;
    const sum = (of: (thread: ThreadCounters) => number): number =>
      own.reduce((total, thread) => total + of(thread), 0);
    return {
      name,
      share: sum(({ run }) => run) / (count * elapsed),
      wait: sum(({ wait }) => wait) / (count * elapsed),
      waitPerTurn: sum(({ wait }) => wait) / sum(({ turns }) => turns),
      responses: own.flatMap(({ responses }) => responses).sort((a, b) => a - b),
    };
  });
}
