import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { deterministicNoise } from './deterministic-data.ts';
import type { Workload } from './workload.ts';

const BLOCK_BYTES = 4096;

/** What a database's log does: append a block, and wait until the storage has it. */
export const fileSync: Workload = {
  name: 'file-sync',
  exercises: 'append of 4 KiB to a file and fsync, on the scratch directory’s storage',
  class: 'storage',
  exitFree: false,
  waits: true,
  effort: {
    small: { warmUp: 1, samples: 6, counted: 4 },
    default: { warmUp: 2, samples: 8, counted: 8 },
  },
  prepare({ seed, scratchDirectory }) {
    const block = deterministicNoise(BLOCK_BYTES, seed);
    const directory = mkdtempSync(join(scratchDirectory, 'nestmark-file-sync-'));
    const path = join(directory, 'log');
    const file = openSync(path, 'a');
    let blocks = 0;
    return {
      iterate() {
        block.writeUInt32LE(blocks, 0);
        if (writeSync(file, block) !== BLOCK_BYTES) {
          throw new Error(`file-sync: ${path} took only part of a block; is the storage full?`);
        }
        fsyncSync(file);
        blocks++;
      },
      checksum() {
        const written = readFileSync(path);
        if (written.length !== blocks * BLOCK_BYTES) {
          throw new Error(
            `file-sync: ${path} holds ${written.length} bytes; ${blocks * BLOCK_BYTES} were written`,
          );
        }
        return createHash('sha256').update(written).digest('hex');
      },
      dispose() {
        closeSync(file);
        rmSync(directory, { recursive: true, force: true });
      },
    };
  },
};
