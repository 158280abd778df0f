import { createHash } from 'node:crypto';
import { deterministicNoise } from './deterministic-data.ts';
import type { Workload } from './workload.ts';

/**
 * 0.2 million instructions without SHA extensions, of which some hundred are Node's own and differ from boot to boot. Every kernel from the metal up ticks every 4 ms, 2 million
 * instructions of the instruction clock, and a tick is an exit, in L2 a dear one: at 16 KiB so many samples held one
 * that the median of this control rose by a quarter from level to level.
 */
const INPUT_BYTES = 4 * 1024;

/** SHA-256 of memory that stays in the cache: no exit, no page touched for the first time, no system call. */
export const hash: Workload = {
  name: 'hash',
  exercises: 'SHA-256 of 4 KiB in memory',
  class: 'control',
  exitFree: true,
  waits: false,
  effort: {
    small: { warmUp: 16, samples: 12, counted: 24 },
    default: { warmUp: 24, samples: 24, counted: 48 },
  },
  prepare({ seed }) {
    const input = deterministicNoise(INPUT_BYTES, seed);
    let digest = '';
    return {
      iterate() {
        digest = createHash('sha256').update(input).digest('hex');
      },
      checksum: () => digest,
      dispose() {},
    };
  },
};
