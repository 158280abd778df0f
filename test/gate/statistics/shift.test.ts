import fc from 'fast-check';
import { qwilcox } from 'lib-r-math.js';
import { Sample, shift } from 'pragmastat';
import { describe, expect, it } from 'vitest';
import {
  chanceIfAtLeast,
  chanceIfAtMost,
  shiftInterval,
  shiftOfPairs,
  shiftOfSamples,
} from '../../../src/gate/statistics/shift.ts';

const values = (minLength: number, maxLength = 25) =>
  fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength, maxLength });
/** Far enough apart for an implementation that searches its quantiles to a tolerance. */
const eighths = (minLength: number, maxLength: number) =>
  fc.array(
    fc.integer({ min: -1e6, max: 1e6 }).map((value) => value / 8),
    { minLength, maxLength },
  );

describe('the shift between two samples', () => {
  it('is the median of all pairwise differences, as an independent implementation has it', () => {
    fc.assert(
      fc.property(eighths(2, 25), eighths(2, 25), (x, y) => {
        expect(shiftOfSamples(x, y).estimate).toBeCloseTo(shift(Sample.of(x), Sample.of(y)).value, 6);
      }),
    );
  });

  it('has the interval R gives: the qwilcox(alpha, n, m)-th difference from either end', () => {
    fc.assert(
      fc.property(eighths(10, 12), eighths(10, 12), (x, y) => {
        const found = shiftOfSamples(x, y);
        const rank = qwilcox(0.025, x.length, y.length) as number;
        expect(shiftInterval(found, 0.025)).toEqual({
          low: found.differences[rank - 1],
          high: found.differences[found.differences.length - rank],
        });
      }),
      { numRuns: 50 },
    );
  });

  it('has no interval when there are too few values for the chance of error asked for', () => {
    expect(shiftInterval(shiftOfSamples([1, 2, 3], [1, 2, 3]), 0.025)).toBeNull();
    expect(shiftInterval(shiftOfSamples([1, 2, 3], [1, 2, 3]), 0.05)).toEqual({ low: -2, high: 2 });
  });
});

describe('the shift between pairs', () => {
  it('is the median of the Walsh averages', () => {
    expect(shiftOfPairs([11, 22, 36], [10, 20, 30]).estimate).toBe((2 + 3.5) / 2);
  });

  it('is blind to what moves both of a pair', () => {
    const drift = [0, 40, -30, 80, 10, 7];
    const candidate = [3, 2, 4, 3.5, 2.5, 3.2];
    const alone = shiftOfPairs(candidate, [1, 1.5, 1, 0.5, 1, 1]);
    const drifting = shiftOfPairs(
      candidate.map((value, i) => value + drift[i]!),
      [1, 1.5, 1, 0.5, 1, 1].map((value, i) => value + drift[i]!),
    );
    expect(drifting.estimate).toBeCloseTo(alone.estimate, 9);
  });

  it('refuses what is not paired', () => {
    expect(() => shiftOfPairs([1, 2], [1])).toThrow('expected pairs');
    expect(() => shiftOfPairs([], [])).toThrow('no values');
  });
});

describe('interval and chance of error', () => {
  const shifts = fc.oneof(
    fc.tuple(values(5), values(5)).map(([x, y]) => shiftOfSamples(x, y)),
    values(6).map((x) => shiftOfPairs(x, new Array<number>(x.length).fill(0))),
  );

  it('agree: a bound is outside the interval exactly when the test against it is significant', () => {
    fc.assert(
      fc.property(shifts, fc.double({ min: -50, max: 50, noNaN: true }), (found, bound) => {
        const interval = shiftInterval(found, 0.05);
        if (interval === null) return;
        expect(chanceIfAtMost(found, bound) <= 0.05).toBe(interval.low > bound);
        expect(chanceIfAtLeast(found, bound) <= 0.05).toBe(interval.high < bound);
      }),
    );
  });
});
