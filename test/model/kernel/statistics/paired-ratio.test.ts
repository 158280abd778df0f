import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/model/kernel/random-stream.ts';
import { pairedDifference } from '../../../../src/model/kernel/statistics/paired-difference.ts';
import { pairedRatio } from '../../../../src/model/kernel/statistics/paired-ratio.ts';

describe('pairedRatio', () => {
  const first = [10.2, 11.9, 9.1, 10.7, 12.4, 9.8];
  const second = [15.1, 18.2, 13.6, 16.3, 18.4, 14.9];

  it('ends where the mean of second - R first is just told from 0', () => {
    const { mean, low, high } = pairedRatio(first, second)!;
    expect(mean).toBeCloseTo(96.5 / 64.1, 12);
    for (const end of [low!, high!]) {
      const { mean: difference, halfWidth } = pairedDifference(
        first.map((value) => value * end),
        second,
      );
      expect(Math.abs(difference)).toBeCloseTo(halfWidth!, 10);
    }
    expect(low!).toBeLessThan(mean);
    expect(high!).toBeGreaterThan(mean);
  });

  it('has no width where one is a multiple of the other', () => {
    const { mean, low, high } = pairedRatio(
      first,
      first.map((value) => value * 1.5),
    )!;
    expect(mean).toBeCloseTo(1.5, 12);
    expect(low).toBeCloseTo(1.5, 6);
    expect(high).toBeCloseTo(1.5, 6);
  });

  it('has no interval where the first cannot be told from 0, with one pair none either, and over 0 no ratio', () => {
    expect(pairedRatio([-1, 1.1, 0.2], [1, 2, 3])).toMatchObject({ low: null, high: null });
    expect(pairedRatio([2], [3])).toEqual({ mean: 1.5, low: null, high: null });
    expect(pairedRatio([1, -1], [1, 2])).toBeNull();
    expect(() => pairedRatio([1, 2], [1])).toThrow('got 2 and 1');
  });

  it('covers the true ratio as often as it says', () => {
    const stream = RandomStream.named(7, 0, 'pairs');
    let covered = 0;
    const trials = 4000;
    for (let trial = 0; trial < trials; trial++) {
      const luck = Array.from({ length: 8 }, () => stream.normal());
      const below = luck.map((common) => 5 + common);
      const above = luck.map((common) => 8 + 1.2 * common + 0.3 * stream.normal());
      const { low, high } = pairedRatio(below, above)!;
      if (low! <= 1.6 && high! >= 1.6) covered++;
    }
    // Three standard errors of a share of 0.95 in 4,000.
    expect(covered / trials).toBeGreaterThan(0.939);
    expect(covered / trials).toBeLessThan(0.961);
  });
});
