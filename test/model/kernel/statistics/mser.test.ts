import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/model/kernel/random-stream.ts';
import { mser5 } from '../../../../src/model/kernel/statistics/mser.ts';

/** The definition, cut by cut. */
function cutByDefinition(observations: readonly number[]): number {
  const means: number[] = [];
  for (let i = 0; i + 5 <= observations.length; i += 5) {
    means.push(observations.slice(i, i + 5).reduce((sum, value) => sum + value, 0) / 5);
  }
  let best = Number.POSITIVE_INFINITY;
  let cut = 0;
  for (let start = 0; start <= means.length >> 1; start++) {
    const kept = means.slice(start);
    const mean = kept.reduce((sum, value) => sum + value, 0) / kept.length;
    const error = kept.reduce((sum, value) => sum + (value - mean) ** 2, 0) / kept.length ** 2;
    if (error < best) {
      best = error;
      cut = start;
    }
  }
  return 5 * cut;
}

function noisy(length: number, level: (i: number) => number): number[] {
  const stream = RandomStream.named(6, length, 'mser');
  return Array.from({ length }, (_, i) => level(i) + stream.normal());
}

describe('MSER-5', () => {
  it('cuts where a start at the wrong level ends', () => {
    const { count, settled } = mser5(noisy(2_000, (i) => (i < 300 ? 10 : 0)));
    expect(Math.abs(count - 300)).toBeLessThanOrEqual(5);
    expect(settled).toBe(true);
  });

  it('cuts next to nothing of a steady series', () => {
    const { count, settled } = mser5(noisy(2_000, () => 0));
    expect(count).toBeLessThan(200);
    expect(settled).toBe(true);
  });

  it('says that a series that only drifts has not settled', () => {
    expect(mser5(noisy(1_000, (i) => i / 10)).settled).toBe(false);
    expect(mser5([1, 2, 3]).settled).toBe(false);
  });

  it('is the definition, computed in one pass', () => {
    for (const decay of [0.9, 0.97, 0.995]) {
      const series = noisy(403, (i) => 20 * decay ** i);
      expect(mser5(series).count).toBe(cutByDefinition(series));
    }
  });
});
