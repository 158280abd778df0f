import fc from 'fast-check';
import { mean, sampleVariance } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { Tally } from '../../../../src/model/kernel/statistics/tally.ts';

function tallyOf(values: readonly number[]): Tally {
  const tally = new Tally();
  for (const value of values) tally.add(value);
  return tally;
}

const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 60 });

describe('Tally', () => {
  it('has the mean and variance of the two-pass formulas', () => {
    fc.assert(
      fc.property(values, (sample) => {
        const tally = tallyOf(sample);
        expect(Math.abs(tally.mean - mean(sample))).toBeLessThan(1e-8);
        expect(Math.abs(tally.variance - sampleVariance(sample))).toBeLessThan(
          1e-9 * (1 + sampleVariance(sample)),
        );
        expect(tally.min).toBe(Math.min(...sample));
        expect(tally.max).toBe(Math.max(...sample));
      }),
    );
  });

  it('keeps its digits far from zero', () => {
    // NIST StRD, dataset NumAcc4: mean 10000000.2, standard deviation 0.1.
    const tally = new Tally();
    tally.add(10000000.2);
    for (let i = 0; i < 500; i++) {
      tally.add(10000000.1);
      tally.add(10000000.3);
    }
    expect(tally.mean).toBeCloseTo(10000000.2, 8);
    expect(tally.standardDeviation).toBeCloseTo(0.1, 8);
  });

  it('merges to what one tally of everything would be', () => {
    fc.assert(
      fc.property(values, values, (left, right) => {
        const merged = tallyOf(left);
        merged.merge(tallyOf(right));
        const whole = tallyOf([...left, ...right]);
        expect(merged.count).toBe(whole.count);
        expect(Math.abs(merged.mean - whole.mean)).toBeLessThan(1e-8);
        expect(Math.abs(merged.variance - whole.variance)).toBeLessThan(1e-9 * (1 + whole.variance));
        expect([merged.min, merged.max]).toEqual([whole.min, whole.max]);
      }),
    );
  });

  it('says NaN where there is no answer', () => {
    const tally = new Tally();
    expect(tally.mean).toBeNaN();
    tally.merge(new Tally());
    tally.add(3);
    expect(tally.mean).toBe(3);
    expect(tally.variance).toBeNaN();
    tally.reset();
    expect(tally.mean).toBeNaN();
    expect(tally.count).toBe(0);
  });
});
