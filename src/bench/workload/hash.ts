import { createHash } from 'node:crypto';
import { deterministicNoise } from './deterministic-data.ts';
import type { Workload } from './workload.ts';

/**
 * Some 0.3 million instructions without SHA extensions: short against the 4 ms between two ticks of the guest's kernel,
 * so that most samples hold no tick (an exit, and in L2 a dear one) and the median is that of the hash alone.
 */
const INPUT_BYTES = 16 * 1024;

/** SHA-256 of memory that stays in the cache: no exit, no page touched for the first time, no system call. */
export const hash: Workload = {
  name: 'hash',
  exercises: 'SHA-256 of 16 KiB in memory',
  class: 'control',
  exitFree: true,
  waits: false,
  effort: {
    small: { warmUp: 4, samples: 16, counted: 32 },
    default: { warmUp: 8, samples: 48, counted: 96 },
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
