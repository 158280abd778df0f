import type { Engine } from '../model/machine/engine.ts';

/** Something for a thread to do, by one of the engines. */
export interface EngineTask {
  readonly engine: Engine;
}

/**
 * Which of the waiting tasks an idle thread should take, as its place; null when it is better left idle, which is only
 * when nothing waits.
 *
 * The exact engine's come first, for they are the longest, but on no more than half of the threads while there is
 * something else: each thread compiles for itself whatever it runs, which for a short plan is as much work as the plan, and
 * so the others need not compile that engine.
 *
 * @param busy what the other threads are doing
 * @param threads that there are, or can be, this one among them
 */
export function nextTask(
  waiting: readonly EngineTask[],
  busy: readonly EngineTask[],
  threads: number,
): number | null {
  if (waiting.length === 0) return null;
  const exact = waiting.findIndex(({ engine }) => engine === 'exact');
  const fluid = waiting.findIndex(({ engine }) => engine === 'fluid');
  if (exact < 0 || fluid < 0) return 0;
  const exactThreads = busy.filter(({ engine }) => engine === 'exact').length;
  return exactThreads < Math.ceil(threads / 2) ? exact : fluid;
}
