import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/model/kernel/random-stream.ts';
import { BatchMeans, batchInterval } from '../../../../src/model/kernel/statistics/batch-means.ts';

describe('BatchMeans', () => {
  it('keeps the mean of everything in full batches, in bounded space', () => {
    fc.assert(
      fc.property(fc.integer({ min: 32, max: 3_000 }), (length) => {
        const batches = new BatchMeans(32);
        for (let i = 0; i < length; i++) batches.add(i);
        const means = batches.means();
        expect(means.length).toBeLessThan(32);
        expect(means.length).toBeGreaterThanOrEqual(16);
        const covered = means.length * batches.batchSize;
        expect(covered).toBeLessThanOrEqual(length);
        expect(length - covered).toBeLessThan(batches.batchSize);
        const mean = means.reduce((sum, value) => sum + value, 0) / means.length;
        expect(mean).toBeCloseTo((covered - 1) / 2, 8);
      }),
    );
  });

  it('merges correlated batches until neighbours pass for independent', () => {
    const stream = RandomStream.named(5, 0, 'batches');
    const batches = new BatchMeans();
    let value = 0;
    for (let i = 0; i < 100_000; i++) {
      value = 0.99 * value + stream.normal();
      batches.add(value);
    }
    const interval = batches.interval()!;
    expect(interval.batchSize).toBeGreaterThan(batches.batchSize);
    expect(interval.neighbours.independent).toBe(true);
    // The mean of this series has variance (1 / (1 - 0.99))^2 / n.
    const expected = 1.98 * (100 / Math.sqrt(100_000));
    expect(interval.halfWidth! / expected).toBeGreaterThan(0.7);
    expect(interval.halfWidth! / expected).toBeLessThan(1.5);
  });

  it('says so when the run is too short for its correlation', () => {
    const drifting = Array.from({ length: 40 }, (_, i) => i);
    const interval = batchInterval(drifting, 1)!;
    expect(interval.neighbours.independent).toBe(false);
  });

  it('has no interval from fewer than 16 batches', () => {
    expect(new BatchMeans().interval()).toBeNull();
    expect(batchInterval(new Array(15).fill(1), 1)).toBeNull();
  });

  it('refuses a capacity that does not halve', () => {
    expect(() => new BatchMeans(100)).toThrow('power of two');
  });
});
