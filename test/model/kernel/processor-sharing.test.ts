import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProcessorSharing } from '../../../src/model/kernel/processor-sharing.ts';
import { SlowProcessorSharing } from './slow-processor-sharing.ts';

describe('processor sharing by hand', () => {
  it('gives a lone job all there is', () => {
    const sharing = new ProcessorSharing(2);
    sharing.add(10, 0, 6);
    expect(sharing.nextCompletion).toBe(13);
    expect(sharing.complete(13)).toBe(0);
    expect(sharing.nextCompletion).toBe(Number.POSITIVE_INFINITY);
  });

  it('slows a job while another is there', () => {
    const sharing = new ProcessorSharing(1);
    sharing.add(0, 7, 10);
    sharing.add(4, 8, 3);
    expect(sharing.rate(7)).toBe(0.5);
    expect(sharing.nextCompletion).toBe(10);
    expect(sharing.complete(10)).toBe(8);
    expect(sharing.remaining(10, 7)).toBe(3);
    expect(sharing.complete(sharing.nextCompletion)).toBe(7);
  });

  it('shares by weight, and gives what a capped job leaves to the others', () => {
    const sharing = new ProcessorSharing(4);
    sharing.add(0, 0, 100, 1, 1);
    sharing.add(0, 1, 100, 1);
    sharing.add(0, 2, 100, 2);
    expect([0, 1, 2].map((job) => sharing.rate(job))).toEqual([1, 1, 2]);
    sharing.setCapacity(0, 10);
    expect([0, 1, 2].map((job) => sharing.rate(job))).toEqual([1, 3, 6]);
  });

  it('leaves capacity idle when every job is capped', () => {
    const sharing = new ProcessorSharing(4);
    sharing.add(0, 0, 5, 1, 1);
    sharing.add(0, 1, 5, 1, 1);
    expect(sharing.totalRate).toBe(2);
    expect(sharing.nextCompletion).toBe(5);
  });

  it('completes jobs of equal work in the order they came', () => {
    const sharing = new ProcessorSharing(1);
    for (const job of [5, 3, 9]) sharing.add(0, job, 2);
    const at = sharing.nextCompletion;
    expect([sharing.complete(at), sharing.complete(at), sharing.complete(at)]).toEqual([5, 3, 9]);
  });

  it('stands still without capacity', () => {
    const sharing = new ProcessorSharing(1);
    sharing.add(0, 0, 3);
    sharing.setCapacity(1, 0);
    expect(sharing.nextCompletion).toBe(Number.POSITIVE_INFINITY);
    sharing.setCapacity(5, 1);
    expect(sharing.nextCompletion).toBe(7);
  });

  it('refuses what makes no sense', () => {
    const sharing = new ProcessorSharing(1);
    sharing.add(5, 0, 3);
    expect(() => sharing.add(5, 0, 3)).toThrow('already');
    expect(() => sharing.add(4, 1, 3)).toThrow('back');
    expect(() => sharing.add(5, 1, -1)).toThrow(RangeError);
    expect(() => sharing.add(5, 1.5, 1)).toThrow(RangeError);
    expect(() => sharing.remove(5, 1)).toThrow('not being processed');
    expect(() => new ProcessorSharing(Number.NaN)).toThrow(RangeError);
  });
});

const event = fc.record({
  kind: fc.constantFrom('add', 'add', 'add', 'complete', 'remove', 'capacity'),
  after: fc.double({ min: 0, max: 3, noNaN: true }),
  work: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 20, noNaN: true })),
  weight: fc.constantFrom(0.5, 1, 1, 1, 3),
  cap: fc.constantFrom(0.5, 1, 1, 2, Number.POSITIVE_INFINITY),
  pick: fc.nat(),
});

it('agrees with updating every job at every change, for any mix of weights, caps and capacities', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 80 }), (events) => {
      const fast = new ProcessorSharing(2);
      const slow = new SlowProcessorSharing(2);
      const present: number[] = [];
      let now = 0;
      let nextJob = 0;
      for (const { kind, after, work, weight, cap, pick } of events) {
        // Completions on the way come first.
        while (fast.nextCompletion <= now + after) {
          expect(Math.abs(fast.nextCompletion - slow.nextCompletion)).toBeLessThan(1e-9 * (1 + now));
          now = Math.max(now, fast.nextCompletion);
          const done = fast.complete(now);
          expect(slow.remove(now, done)).toBeLessThan(1e-8);
          present.splice(present.indexOf(done), 1);
        }
        now += after;
        if (kind === 'add') {
          fast.add(now, nextJob, work, weight, cap);
          slow.add(now, nextJob, work, weight, cap);
          present.push(nextJob++);
        } else if (kind === 'remove' && present.length > 0) {
          const [job] = present.splice(pick % present.length, 1);
          expect(Math.abs(fast.remove(now, job!) - slow.remove(now, job!))).toBeLessThan(1e-8);
        } else if (kind === 'capacity') {
          fast.setCapacity(now, pick % 5);
          slow.setCapacity(now, pick % 5);
        }
        expect(fast.size).toBe(slow.size);
        for (const job of present) {
          expect(Math.abs(fast.rate(job) - slow.rate(job))).toBeLessThan(1e-12 * (1 + slow.rate(job)));
          expect(Math.abs(fast.remaining(now, job) - slow.remaining(now, job))).toBeLessThan(1e-8);
        }
      }
    }),
    { numRuns: 200, seed: 20261122 },
  );
});
