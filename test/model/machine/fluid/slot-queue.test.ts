import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NEVER, SlotQueue } from '../../../../src/model/machine/fluid/slot-queue.ts';

const SLOTS = 40;

describe('a queue of slots', () => {
  it('knows the earliest after any changes, and breaks ties by number', () => {
    const change = fc.record({
      slot: fc.nat(SLOTS - 1),
      key: fc.oneof(fc.integer({ min: 0, max: 8 }), fc.constant(NEVER)),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 120 }), (changes) => {
        const queue = new SlotQueue(SLOTS);
        const keys = new Array<number>(SLOTS).fill(NEVER);
        for (const { slot, key } of changes) {
          queue.set(slot, key);
          keys[slot] = key;
          const earliest = Math.min(...keys);
          expect(queue.nextKey).toBe(earliest);
          if (earliest !== NEVER) expect(queue.nextSlot).toBe(keys.indexOf(earliest));
        }
      }),
    );
  });
});
