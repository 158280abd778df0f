import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameQueue } from '../../../../src/model/machine/network/frame-queue.ts';
import { FrameWorker } from '../../../../src/model/machine/network/frame-worker.ts';

const COPIES = -1;

describe('a queue of frames', () => {
  it('keeps the order of runs and merges neighbouring copies', () => {
    const step = fc.oneof(
      fc.record({ task: fc.integer({ min: COPIES, max: 3 }), frames: fc.integer({ min: 1, max: 64 }) }),
      fc.constant(null),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const queue = new FrameQueue();
        const expected: { task: number; frames: number }[] = [];
        for (const run of steps) {
          if (run === null) {
            const first = expected.shift();
            if (first === undefined) continue;
            expect(queue.taskAt(0)).toBe(first.task);
            expect(queue.framesAt(0)).toBe(first.frames);
            expect(queue.frameBytesAt(0)).toBe(100);
            queue.shift(first.frames);
            continue;
          }
          const last = expected.at(-1);
          if (run.task === COPIES && last?.task === COPIES) last.frames += run.frames;
          else expected.push({ ...run });
          queue.push(run.task, run.frames, 100 * run.frames);
        }
        expect(queue.frames).toBe(expected.reduce((sum, { frames }) => sum + frames, 0));
        for (const [place, { frames }] of expected.entries()) expect(queue.framesAt(place)).toBe(frames);
        expect(queue.framesAt(expected.length)).toBe(0);
      }),
    );
  });
});

describe('a worker', () => {
  const worker = (...runs: readonly (readonly [number, number])[]): FrameWorker => {
    const drains = new FrameWorker('receiver', 0, 1, 0, 256);
    for (const [task, frames] of runs) drains.queue.push(task, frames, 100 * frames);
    return drains;
  };

  it.each([
    {
      name: 'whole runs while they fit',
      runs: [
        [1, 30],
        [2, 30],
        [3, 30],
      ],
      taken: 60,
    },
    {
      name: 'a run as long as a batch',
      runs: [
        [1, 64],
        [2, 1],
      ],
      taken: 64,
    },
    { name: 'as many copies as fit', runs: [[COPIES, 200]], taken: 64 },
    {
      name: 'copies behind a run',
      runs: [
        [1, 30],
        [COPIES, 200],
      ],
      taken: 64,
    },
    {
      name: 'everything there is',
      runs: [
        [1, 5],
        [COPIES, 5],
      ],
      taken: 10,
    },
  ] as const)('takes $name', ({ runs, taken }) => {
    const drains = worker(...runs);
    drains.takeBatch(64);
    expect(drains.taken).toBe(taken);
  });

  it('has room until its ring is full, frames being worked on included', () => {
    const drains = worker([1, 64], [2, 64], [3, 64]);
    drains.takeBatch(64);
    expect(drains.hasRoomFor(64)).toBe(true);
    expect(drains.hasRoomFor(65)).toBe(false);
  });
});
