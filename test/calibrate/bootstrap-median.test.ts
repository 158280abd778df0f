import { describe, expect, it } from 'vitest';
import { bootstrapMedian } from '../../src/calibrate/statistics/bootstrap-median.ts';
import { percentileInterval, standardError } from '../../src/calibrate/statistics/estimate.ts';
import { RandomStream } from '../../src/model/kernel/random-stream.ts';

const uniform = (name: string) => {
  const stream = RandomStream.named(1, 0, name);
  return () => stream.uniform();
};

describe('bootstrap of a median', () => {
  it('has the median of the sample itself as its value, for odd and even numbers', () => {
    expect(bootstrapMedian(Float64Array.of(1, 2, 9), 10, uniform('odd')).value).toBe(2);
    expect(bootstrapMedian(Float64Array.of(1, 2, 4, 9), 10, uniform('even')).value).toBe(3);
  });

  it('takes each resampled median of three values with its known chance', () => {
    // The median of 3 draws from {1, 2, 3} is 2 with chance 13/27, 1 and 3 with 7/27 each.
    const { replicates } = bootstrapMedian(Float64Array.of(1, 2, 3), 27_000, uniform('three'));
    const count = (value: number) => replicates.filter((median) => median === value).length;
    expect(count(1) + count(2) + count(3)).toBe(27_000);
    // Four standard deviations of a binomial count: 4 * sqrt(27000 * 13/27 * 14/27) = 328.
    expect(Math.abs(count(2) - 13_000)).toBeLessThan(328);
    expect(Math.abs(count(1) - 7_000)).toBeLessThan(288);
  });

  it('does not doubt a sample whose values are all the same', () => {
    const estimate = bootstrapMedian(new Float64Array(50).fill(7), 100, uniform('same'));
    expect(percentileInterval(estimate)).toEqual({ value: 7, low: 7, high: 7 });
    expect(standardError(estimate)).toBe(0);
  });

  it('has the standard error that theory gives a normal median', () => {
    const stream = RandomStream.named(2, 0, 'normal');
    const errors = Array.from({ length: 30 }, (_, i) => {
      const sample = Float64Array.from({ length: 400 }, () => stream.normal()).sort();
      return standardError(bootstrapMedian(sample, 300, uniform(`normal/${i}`)));
    });
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    // sqrt(pi / 2 / 400) = 0.0627.
    expect(mean).toBeGreaterThan(0.055);
    expect(mean).toBeLessThan(0.071);
  });
});
