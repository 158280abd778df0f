import { describe, expect, it } from 'vitest';
import { studentTailProbability } from '../../../../src/model/kernel/special/student-probability.ts';
import { studentQuantile } from '../../../../src/model/kernel/special/student-quantile.ts';

describe('studentTailProbability', () => {
  it('is 1 - confidence at the quantiles of that confidence', () => {
    for (const degrees of [1, 2, 3, 9, 30, 999]) {
      for (const p of [0.01, 0.05, 0.5, 0.9]) {
        expect(studentTailProbability(studentQuantile(1 - p / 2, degrees), degrees)).toBeCloseTo(p, 9);
        expect(studentTailProbability(-studentQuantile(1 - p / 2, degrees), degrees)).toBeCloseTo(p, 9);
      }
    }
  });

  it('has the closed form of the Cauchy distribution at one degree', () => {
    expect(studentTailProbability(3, 1)).toBeCloseTo(1 - (2 / Math.PI) * Math.atan(3), 12);
  });

  it('is 1 at 0, 0 at infinity, and refuses what is no number', () => {
    expect(studentTailProbability(0, 5)).toBe(1);
    expect(studentTailProbability(Number.NEGATIVE_INFINITY, 5)).toBe(0);
    expect(() => studentTailProbability(Number.NaN, 5)).toThrow(RangeError);
    expect(() => studentTailProbability(1, 0)).toThrow(RangeError);
  });
});
