import { expect, test } from 'vitest';
import { ratioInterval } from '../../../src/report/measured/ratio.ts';

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

test('holds the true ratio of two medians about 95 times in 100', () => {
  // Two exponential samples with means 3 and 1; their medians' 95 % order-statistic intervals for n = 40 (14, 27).
  let state = 7;
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const median = (mean: number) => {
    const sorted = Array.from({ length: 40 }, () => -mean * Math.log(uniform())).sort((a, b) => a - b);
    return { mean: (sorted[19]! + sorted[20]!) / 2, low: sorted[13]!, high: sorted[26]! };
  };
  const runs = 2000;
  let held = 0;
  for (let run = 0; run < runs; run += 1) {
    const { low, high } = ratioInterval(median(3), median(1))!;
    if (low! <= 3 && high! >= 3) held += 1;
  }
  expect(held / runs).toBeGreaterThan(0.94);
  expect(held / runs).toBeLessThan(0.99);
});

test('is not made up where there is none', () => {
  const ten = { mean: 10, low: 9, high: 11 };
  expect(ratioInterval(ten, { mean: 0, low: 0, high: 0 })).toBeNull();
  expect(ratioInterval(ten, { mean: 10, low: null, high: null })).toMatchObject({
    mean: 1,
    low: null,
    high: null,
  });
});
