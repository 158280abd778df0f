import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { Workload } from './workload.ts';

/** Slots of the shared memory: whose turn it is, how many turns the other thread took, and what they came to. */
const TURN = 0;
const TURNS = 1;
const SUM = 2;
const OURS = 0;
const THEIRS = 1;
const OVER = 2;

/** A script, since the image of a guest holds only modules that are imported by name. */
const OTHER_THREAD = `
const shared = new Int32Array(require('node:worker_threads').workerData);
for (;;) {
  Atomics.wait(shared, ${TURN}, ${OURS});
  const turn = Atomics.load(shared, ${TURN});
  if (turn === ${OVER}) break;
  if (turn !== ${THEIRS}) continue;
  const turns = Atomics.add(shared, ${TURNS}, 1) + 1;
  Atomics.store(shared, ${SUM}, (Math.imul(Atomics.load(shared, ${SUM}), 31) + turns) | 0);
  Atomics.store(shared, ${TURN}, ${OURS});
  Atomics.notify(shared, ${TURN});
}
`;

const TIMEOUT_MS = 60_000;

/** Two threads that wake each other: two futex wake-ups, each an interrupt to a halted vCPU where there are two. */
export const threadWake: Workload = {
  name: 'thread-wake',
  exercises: 'waking a worker thread by Atomics.notify, and being woken by it, on whatever vCPUs there are',
  class: 'kernel',
  exitFree: false,
  waits: false,
  effort: {
    small: { warmUp: 4, samples: 10, counted: 8 },
    default: { warmUp: 6, samples: 16, counted: 16 },
  },
  prepare({ seed }) {
    const memory = new SharedArrayBuffer(16);
    const shared = new Int32Array(memory);
    shared[SUM] = seed;
    const worker = new Worker(OTHER_THREAD, { eval: true, workerData: memory });
    worker.unref();
    return {
      iterate() {
        Atomics.store(shared, TURN, THEIRS);
        Atomics.notify(shared, TURN);
        if (Atomics.wait(shared, TURN, THEIRS, TIMEOUT_MS) === 'timed-out') {
          throw new Error(`thread-wake: the other thread did not answer within ${TIMEOUT_MS / 1000} s`);
        }
      },
      checksum: () => createHash('sha256').update(`${shared[TURNS]} ${shared[SUM]}`).digest('hex'),
      async dispose() {
        Atomics.store(shared, TURN, OVER);
        Atomics.notify(shared, TURN);
        await worker.terminate();
      },
    };
  },
};
