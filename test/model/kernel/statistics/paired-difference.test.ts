import { describe, expect, it } from 'vitest';
import { confidenceInterval } from '../../../../src/model/kernel/statistics/confidence-interval.ts';
import { pairedDifference } from '../../../../src/model/kernel/statistics/paired-difference.ts';

describe('pairedDifference', () => {
  it("gives Student's own paired example: extra hours of sleep", () => {
    // Student (1908), as R's data set `sleep`: t.test(paired = TRUE) gives 1.58, 95 % interval 0.7001142 to 2.4598858.
    const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
    const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    const result = pairedDifference(first, second);
    expect(result.mean).toBeCloseTo(1.58, 12);
    expect(result.low).toBeCloseTo(0.7001142, 6);
    expect(result.high).toBeCloseTo(2.4598858, 6);
    expect(result.correlation).toBeCloseTo(0.7951702, 6);
    expect(result.relative).toBeCloseTo(1.58 / 0.75, 10);
  });

  it('is far tighter than two intervals when both saw the same luck', () => {
    const luck = [3, 9, 1, 7, 5, 8, 2, 6];
    const other = luck.map((value, i) => value + 1 + (i % 2) / 100);
    const paired = pairedDifference(luck, other);
    expect(paired.halfWidth).toBeLessThan(confidenceInterval(luck).halfWidth! / 100);
    expect(paired.varianceRatio).toBeLessThan(1e-4);
  });

  it('refuses series that are no pairs', () => {
    expect(() => pairedDifference([1, 2], [1])).toThrow('got 2 and 1');
  });

  it('knows no correlation where nothing varies', () => {
    expect(pairedDifference([2, 2, 2], [2, 2, 2])).toMatchObject({
      mean: 0,
      correlation: null,
      varianceRatio: null,
    });
  });
});
