import { sampleCorrelation } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/model/kernel/random-stream.ts';
import { neighbourCorrelation } from '../../../../src/model/kernel/statistics/von-neumann.ts';

/** First-order autoregression with the given lag-1 correlation. */
function autoregression(length: number, correlation: number, stream: RandomStream): number[] {
  const values: number[] = [];
  let value = stream.normal();
  const innovation = Math.sqrt(1 - correlation * correlation);
  for (let i = 0; i < length; i++) {
    value = correlation * value + innovation * stream.normal();
    values.push(value);
  }
  return values;
}

describe('neighbourCorrelation', () => {
  it('is near the lag-1 correlation of a long series', () => {
    const values = autoregression(20_000, 0.6, RandomStream.named(3, 0, 'ar'));
    const lagged = sampleCorrelation(values.slice(1), values.slice(0, -1));
    expect(neighbourCorrelation(values).coefficient).toBeCloseTo(lagged, 3);
    expect(neighbourCorrelation(values).independent).toBe(false);
  });

  it('rejects about its significance of independent series', () => {
    const stream = RandomStream.named(4, 0, 'iid');
    let rejected = 0;
    for (let i = 0; i < 2_000; i++) {
      if (!neighbourCorrelation(autoregression(32, 0, stream), 0.1).independent) rejected++;
    }
    // 200 expected, binomial standard deviation 13.4: four of them.
    expect(Math.abs(rejected - 200)).toBeLessThan(54);
  });

  it('passes a constant series, and refuses one too short to judge', () => {
    expect(neighbourCorrelation(new Array(10).fill(3)).independent).toBe(true);
    expect(() => neighbourCorrelation([1, 2, 3])).toThrow('at least 8');
  });
});
