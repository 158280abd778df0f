import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { medianInterval, ratioInterval } from '../../../src/report/measured/median.ts';

const upTo = (n: number): number[] => Array.from({ length: n }, (_, index) => index + 1);

describe('the median and its interval between order statistics', () => {
  // Ranks for 95 % from Conover, table A3 / R's qbinom(0.025, n, 0.5): n, low rank, high rank (1-based).
  test.each([
    [6, 1, 6],
    [8, 1, 8],
    [9, 2, 8],
    [10, 2, 9],
    [20, 6, 15],
    [25, 8, 18],
    [50, 18, 33],
    [100, 40, 61],
  ])('of %i values are values number %i and %i', (n, low, high) => {
    expect(medianInterval(upTo(n).reverse())).toEqual({ mean: (n + 1) / 2, low, high });
  });

  test('the normal approximation takes over without a jump', () => {
    const exact = medianInterval(upTo(500));
    const approximate = medianInterval(upTo(501));
    expect(Math.abs(approximate.low! - exact.low!)).toBeLessThanOrEqual(1);
    expect(Math.abs(approximate.high! - exact.high!)).toBeLessThanOrEqual(2);
  });

  test('fewer than six values have no interval', () => {
    expect(medianInterval([3, 1, 2])).toEqual({ mean: 2, low: null, high: null });
  });

  test('it holds the true median at least 95 times in 100', () => {
    let state = 1;
    const uniform = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const runs = 2000;
    let held = 0;
    for (let run = 0; run < runs; run += 1) {
      const { low, high } = medianInterval(Array.from({ length: 31 }, uniform));
      if (low! <= 0.5 && high! >= 0.5) held += 1;
    }
    expect(held / runs).toBeGreaterThan(0.945);
  });

  test('property: the interval encloses the median', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 6, maxLength: 80 }),
        (values) => {
          const { mean, low, high } = medianInterval(values);
          expect(low).toBeLessThanOrEqual(mean);
          expect(high).toBeGreaterThanOrEqual(mean);
        },
      ),
    );
  });
});

describe('the ratio of two medians', () => {
  test('against an exact base keeps the relative interval', () => {
    const ratio = ratioInterval({ mean: 30, low: 27, high: 36 }, { mean: 10, low: 10, high: 10 })!;
    expect(ratio.mean).toBe(3);
    expect(ratio.low).toBeCloseTo(2.7, 12);
    expect(ratio.high).toBeCloseTo(3.6, 12);
  });

  test('equal relative errors on both sides add in quadrature', () => {
    const side = { mean: 10, low: 10 / 1.1, high: 11 };
    const ratio = ratioInterval(side, side)!;
    expect(Math.log(ratio.high!)).toBeCloseTo(Math.SQRT2 * Math.log(1.1), 12);
    expect(ratio.low! * ratio.high!).toBeCloseTo(1, 12);
  });

  test('is not made up where there is none', () => {
    const ten = { mean: 10, low: 9, high: 11 };
    expect(ratioInterval(ten, { mean: 0, low: 0, high: 0 })).toBeNull();
    expect(ratioInterval(ten, { mean: 10, low: null, high: null })).toEqual({
      mean: 1,
      low: null,
      high: null,
    });
  });
});
