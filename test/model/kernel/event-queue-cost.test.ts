import { describe, expect, it } from 'vitest';
import { EventQueue } from '../../../src/model/kernel/event-queue.ts';
import { RandomStream } from '../../../src/model/kernel/random-stream.ts';

/**
 * Counts the times that are read and written wherever `owner` keeps them in `field`, whole-array operations by their
 * length: in these, and not in nanoseconds, the queue's costs are promised.
 */
function countAccesses(owner: object, field: string, count: (accesses: number) => void): void {
  const watched = (array: Float64Array): Float64Array =>
    new Proxy(array, {
      get(target, key) {
        if (key === 'fill') {
          return (value: number, from = 0, to = target.length) => {
            count(to - from);
            target.fill(value, from, to);
          };
        }
        if (key === 'set') {
          return (source: Float64Array) => {
            count(source.length);
            target.set(source);
          };
        }
        const value: unknown = Reflect.get(target, key, target);
        if (typeof value === 'number' && key !== 'length') count(1);
        return value;
      },
      set(target, key, value) {
        count(1);
        return Reflect.set(target, key, value, target);
      },
    });
  let current = watched(Reflect.get(owner, field) as Float64Array);
  Object.defineProperty(owner, field, {
    get: () => current,
    set: (array: Float64Array) => {
      current = watched(array);
    },
  });
}

/** Steps from the clock to where an event goes. */
const STEPS: [string, (stream: RandomStream) => number][] = [
  ['exponential', (stream) => stream.exponential()],
  ['all alike', () => 1],
  ['whole, many ties', (stream) => stream.integer(8)],
  ['near and very far', (stream) => stream.exponential() * 10 ** (stream.integer(24) - 12)],
];

/**
 * Accesses an operation with so many pending, over a run that fills the queue, keeps it full by taking, cancelling and
 * moving, and empties it.
 */
function accessesEach(pending: number, step: (stream: RandomStream) => number, heapLimit?: number): number {
  const queue = new EventQueue(heapLimit);
  let accesses = 0;
  const count = (more: number) => {
    accesses += more;
  };
  countAccesses(queue, 'heapTimes', count);
  countAccesses(Reflect.get(queue, 'ladder') as object, 'times', count);
  const stream = RandomStream.named(pending, 0, 'cost');
  const handles: number[] = [];
  let operations = 0;
  const schedule = (a: number) => {
    handles[a] = queue.scheduleAfter(step(stream), 0, a, 0);
    operations++;
  };
  for (let a = 0; a < pending; a++) schedule(a);
  for (let round = 0; round < pending; round++) {
    queue.pop();
    schedule(queue.a);
    const cancelled = stream.integer(pending);
    queue.cancel(handles[cancelled]!);
    schedule(cancelled);
    queue.reschedule(handles[stream.integer(pending)]!, queue.time + step(stream));
    operations += 3;
  }
  while (queue.pop()) operations++;
  return accesses / operations;
}

describe('what the event queue costs, in times read and written an operation', () => {
  it.each(STEPS)('steps %s: with a heap alone, a logarithm of those pending', (_, step) => {
    for (const pending of [64, 512, 4_096]) {
      // A sift down reads two times and writes one a level.
      expect(accessesEach(pending, step, 1e9)).toBeLessThan(8 + 3 * Math.log2(pending));
    }
  });

  it.each(STEPS)('steps %s: with the ladder, a constant', (_, step) => {
    for (const pending of [2_048, 16_384]) {
      expect(accessesEach(pending, step)).toBeLessThan(16);
    }
  });
});
