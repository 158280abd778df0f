import { RandomStream } from '../../model/kernel/random-stream.ts';
import { OUTSIDE_BLOCKS } from '../record/record.ts';
import { runsAt } from '../workload/bare-operations.ts';
import type { Turn } from './protocol.ts';

export interface BlockContent {
  readonly levels: readonly number[];
  readonly workloads: readonly string[];
  readonly seed: number;
}

/**
 * What a level that has just booted does before it is measured: each of its workloads once, so that the first block does
 * not differ from the others. Most code of an agent is compiled while it runs, by threads that take the processor
 * from what is timed, and under emulation all page tables above the metal are cold.
 */
export function warmingOf(level: number, workloads: readonly string[]): readonly Turn[] {
  return workloads
    .filter((workload) => runsAt(level, workload))
    .map((workload): Turn => ({ level, block: OUTSIDE_BLOCKS, workload }));
}

/**
 * Every workload at every level once, shuffled (Fisher and Yates) by a stream of random numbers of this block's own:
 * the order of a block depends on the seed and its number, and on nothing that was measured before it.
 */
export function orderOfBlock(block: number, { levels, workloads, seed }: BlockContent): readonly Turn[] {
  const turns = workloads.flatMap((workload) =>
    levels.filter((level) => runsAt(level, workload)).map((level): Turn => ({ level, block, workload })),
  );
  const random = RandomStream.named(seed, 0, `bench/block/${block}`);
  for (let i = turns.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [turns[i], turns[j]] = [turns[j]!, turns[i]!];
  }
  return turns;
}
