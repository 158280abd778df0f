import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { deterministicText } from './deterministic-data.ts';
import type { Workload } from './workload.ts';

const INPUT_BYTES = 64 * 1024;
const LEVEL = 6;

/** DEFLATE of text in memory: integer work, branches and a working set of some 300 KiB. */
export const compress: Workload = {
  name: 'compress',
  exercises: 'DEFLATE (zlib level 6) of 64 KiB of text in memory',
  class: 'application',
  exitFree: true,
  waits: false,
  effort: {
    small: { warmUp: 1, samples: 6, counted: 3 },
    default: { warmUp: 2, samples: 7, counted: 4 },
  },
  prepare({ seed }) {
    const input = deterministicText(INPUT_BYTES, seed);
    let output: Buffer = Buffer.alloc(0);
    return {
      iterate() {
        output = deflateRawSync(input, { level: LEVEL });
      },
      checksum() {
        if (!inflateRawSync(output).equals(input)) {
          throw new Error('compress: what was compressed does not decompress to its input');
        }
        return createHash('sha256').update(output).digest('hex');
      },
      dispose() {},
    };
  },
};
