import { createHash } from 'node:crypto';
import { deterministicNoise } from './deterministic-data.ts';
import type { Workload } from './workload.ts';

const INPUT_BYTES = 64 * 1024;

/** SHA-256 of memory that stays in the cache: no exit, no page touched for the first time, no system call. */
export const hash: Workload = {
  name: 'hash',
  exercises: 'SHA-256 of 64 KiB in memory',
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
