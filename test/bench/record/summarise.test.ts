import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RecordSamples } from '../../../src/bench/record/record.ts';
import {
  checksumDisagreements,
  measuredValues,
  medianInterval,
  summarise,
} from '../../../src/bench/record/summarise.ts';
import { exampleRecord } from './example-record.ts';

const samplesOf = (values: readonly number[], warmUp = 0): RecordSamples => ({
  ...exampleRecord.samples[0]!,
  values,
  warmUp,
});

describe('medianInterval', () => {
  // Ranks and coverages of the 95 % interval as tabulated, e.g. Conover, "Practical Nonparametric Statistics",
  // 3rd ed., table A3 (binomial): n = 6 covers with the extremes only, n = 10 with 2nd to 9th, n = 20 with 6th to 15th.
  test.each([
    [6, 1, 1 - 2 / 64],
    [10, 2, 1 - (2 * 11) / 1024],
    [20, 6, 0.9586],
    [100, 40, 0.9648],
  ])('of %i samples', (n, rank, coverage) => {
    const interval = medianInterval(n, 0.95);
    expect(interval.rank).toBe(rank);
    expect(interval.coverage).toBeCloseTo(coverage, 4);
  });

  test('with too few samples is the whole range, and says how little that covers', () => {
    expect(medianInterval(1, 0.95)).toEqual({ rank: 1, coverage: 0 });
    expect(medianInterval(3, 0.95)).toEqual({ rank: 1, coverage: 0.75 });
  });

  test('does not underflow with many samples', () => {
    const { rank, coverage } = medianInterval(100_000, 0.95);
    // The normal approximation: n/2 - 1.96 sqrt(n)/2.
    expect(Math.abs(rank - (50_000 - 0.98 * Math.sqrt(100_000)))).toBeLessThan(2);
    expect(coverage).toBeGreaterThanOrEqual(0.95);
    expect(coverage).toBeLessThan(0.951);
  });

  test('covers at least what was asked, and one rank further in would not', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 6, max: 400 }),
        fc.double({ min: 0.5, max: 0.96, noNaN: true }),
        (n, confidence) => {
          const { rank, coverage } = medianInterval(n, confidence);
          expect(coverage).toBeGreaterThanOrEqual(confidence);
          expect(exactCoverage(n, rank)).toBeCloseTo(coverage, 9);
          if (2 * (rank + 1) <= n + 1) expect(exactCoverage(n, rank + 1)).toBeLessThan(confidence);
        },
      ),
    );
  });
});

describe('summarise', () => {
  test('leaves warm-up out', () => {
    const samples = samplesOf([1000, 900, 3, 1, 2], 2);
    expect(measuredValues(samples)).toEqual([3, 1, 2]);
    expect(summarise(samples)).toMatchObject({ n: 3, median: 2, low: 1, high: 3, confidence: 0.75 });
  });

  test('brackets the median by order statistics, whatever the order of the samples', () => {
    const values = Array.from({ length: 20 }, (_, i) => ((i * 7) % 20) + 1);
    expect(summarise(samplesOf(values))).toMatchObject({ n: 20, median: 10.5, low: 6, high: 15 });
  });

  test('an outlier moves neither the median nor its interval', () => {
    const values = Array.from({ length: 20 }, (_, i) => i + 1);
    const spoiled = values.with(19, 1e12);
    expect(summarise(samplesOf(spoiled))).toEqual(summarise(samplesOf(values)));
  });

  test('its interval covers the true median about as often as it says', () => {
    let covered = 0;
    const runs = 2000;
    let state = 12345;
    const uniform = (): number => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    for (let run = 0; run < runs; run++) {
      // Exponential, so neither symmetric nor normal; its median is ln 2.
      const { low, high } = summarise(samplesOf(Array.from({ length: 30 }, () => -Math.log(1 - uniform()))));
      if (low <= Math.LN2 && Math.LN2 <= high) covered++;
    }
    const { coverage } = medianInterval(30, 0.95);
    expect(Math.abs(covered / runs - coverage)).toBeLessThan(
      4 * Math.sqrt((coverage * (1 - coverage)) / runs),
    );
  });
});

test('levels that did not compute the same are named', () => {
  const [first, second] = exampleRecord.samples;
  const agreeing = { ...exampleRecord, samples: [first!, second!, { ...second!, level: 0 }] };
  expect(checksumDisagreements(agreeing)).toEqual([]);
  const disagreeing = {
    ...agreeing,
    samples: [...agreeing.samples, { ...second!, level: 2, checksum: 'beef' }],
  };
  expect(checksumDisagreements(disagreeing)).toEqual(['compress']);
});

/** P(k-th smallest <= median <= k-th largest) by summing binomial terms the plain way. */
function exactCoverage(n: number, k: number): number {
  let term = 0.5 ** n;
  let below = 0;
  for (let i = 0; i < k; i++) {
    below += term;
    term *= (n - i) / (i + 1);
  }
  return 1 - 2 * below;
}
