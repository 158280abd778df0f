import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimeWeighted } from '../../../../src/model/kernel/statistics/time-weighted.ts';

describe('TimeWeighted', () => {
  it('weighs each value by how long it was held', () => {
    const busy = new TimeWeighted();
    busy.set(2, 3);
    busy.add(6, -1);
    expect(busy.integral(10)).toBe(0 * 2 + 3 * 4 + 2 * 4);
    expect(busy.mean(10)).toBe(2);
    expect([busy.min, busy.max, busy.value]).toEqual([0, 3, 2]);
  });

  it('forgets what was before a reset, but not the value', () => {
    const busy = new TimeWeighted(0, 5);
    busy.reset(100);
    expect(busy.mean(110)).toBe(5);
    expect(busy.integral(110)).toBe(50);
  });

  it('is exact in whole nanoseconds beyond the doubles', () => {
    const step = fc.record({ wait: fc.integer({ min: 0, max: 2 ** 40 }), level: fc.nat({ max: 4096 }) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 200 }), (steps) => {
        const statistic = new TimeWeighted();
        let time = 0;
        let level = 0;
        let exact = 0n;
        for (const { wait, level: next } of steps) {
          exact += BigInt(level) * BigInt(wait);
          time += wait;
          level = next;
          statistic.set(time, level);
        }
        expect(statistic.integral(time)).toBe(Number(exact));
      }),
    );
    // 2^53 + 1 has no double; two of them summed do, and nothing is lost on the way.
    const odd = new TimeWeighted(0, 2 ** 20);
    odd.set(2 ** 33, 1);
    odd.set(2 ** 33 + 1, 2 ** 20);
    odd.set(2 ** 34 + 1, 1);
    expect(odd.integral(2 ** 34 + 2)).toBe(2 ** 54 + 2);
  });

  it('refuses to go back', () => {
    const busy = new TimeWeighted(10, 1);
    expect(() => busy.set(9, 1)).toThrow('goes back from 10 to 9');
    expect(() => busy.set(Number.NaN, 1)).toThrow(RangeError);
  });
});
