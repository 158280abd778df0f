import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogHistogram } from '../../../../src/model/kernel/statistics/log-histogram.ts';

function histogramOf(values: readonly number[], bits?: number): LogHistogram {
  const histogram = new LogHistogram(bits);
  for (const value of values) histogram.record(value);
  return histogram;
}

const observation = fc.oneof(
  fc.constant(0),
  fc.integer({ min: 1, max: 2 ** 53 - 1 }),
  fc.double({ min: 1e-9, max: 1e15, noNaN: true }),
);
const observations = fc.array(observation, { minLength: 1, maxLength: 200 });
const PROBABILITIES = [0, 0.01, 0.25, 0.5, 0.9, 0.99, 1];

describe('LogHistogram', () => {
  it('gives every quantile to the error it states', () => {
    fc.assert(
      fc.property(observations, fc.constantFrom(3, 7, 12), (values, bits) => {
        const histogram = histogramOf(values, bits);
        const sorted = [...values].sort((x, y) => x - y);
        for (const p of PROBABILITIES) {
          const exact = sorted[Math.max(Math.ceil(p * sorted.length), 1) - 1]!;
          expect(Math.abs(histogram.quantile(p) - exact)).toBeLessThanOrEqual(
            histogram.relativeError * exact,
          );
        }
        expect([histogram.min, histogram.max, histogram.count]).toEqual([
          sorted[0],
          sorted.at(-1),
          sorted.length,
        ]);
      }),
    );
  });

  it('merges, in any order, to what one histogram of everything is', () => {
    fc.assert(
      fc.property(observations, observations, observations, (a, b, c) => {
        const forwards = histogramOf(a);
        forwards.merge(histogramOf(b));
        forwards.merge(histogramOf(c));
        const backwards = histogramOf(c);
        backwards.merge(histogramOf(b));
        backwards.merge(histogramOf(a));
        const whole = histogramOf([...a, ...b, ...c]);
        for (const p of PROBABILITIES) {
          expect(forwards.quantile(p)).toBe(whole.quantile(p));
          expect(backwards.quantile(p)).toBe(whole.quantile(p));
        }
        expect(forwards.count).toBe(whole.count);
      }),
    );
  });

  it('comes back from plain data as it was', () => {
    const histogram = histogramOf([0, 1, 5, 5, 7e9]);
    const copy = LogHistogram.from(structuredClone(histogram.data()));
    expect(copy.data()).toEqual(histogram.data());
    expect(copy.count).toBe(5);
    copy.record(3);
    expect(copy.quantile(0.5)).toBeCloseTo(3, 1);
  });

  it('counts an observation as often as it is told', () => {
    const histogram = new LogHistogram();
    histogram.recordTimes(10, 99);
    histogram.record(1000);
    expect(histogram.count).toBe(100);
    expect(histogram.quantile(0.5)).toBeCloseTo(10, 1);
    expect(histogram.quantile(1)).toBe(1000);
    expect(histogram.shareAtOrBelow(500)).toBe(0.99);
  });

  it('says NaN when empty, and again after a reset', () => {
    const histogram = histogramOf([4]);
    histogram.reset();
    expect(histogram.quantile(0.5)).toBeNaN();
    expect(histogram.shareAtOrBelow(1)).toBeNaN();
    expect(histogram.count).toBe(0);
  });

  it('refuses what it cannot hold', () => {
    const histogram = new LogHistogram();
    expect(() => histogram.record(-1)).toThrow(RangeError);
    expect(() => histogram.record(Number.NaN)).toThrow(RangeError);
    expect(() => histogram.record(Number.POSITIVE_INFINITY)).toThrow(RangeError);
    expect(() => histogram.quantile(1.5)).toThrow(RangeError);
    expect(() => histogram.merge(new LogHistogram(3))).toThrow('cannot be merged');
    expect(() => new LogHistogram(0)).toThrow(RangeError);
  });
});
