import { psignrank, pwilcox } from 'lib-r-math.js';
import { describe, expect, it } from 'vitest';
import { mannWhitneyNull, signedRankNull } from '../../../src/gate/statistics/null-distribution.ts';

describe('the null distributions of the rank tests', () => {
  it.each([
    [1, 1],
    [3, 5],
    [5, 3],
    [20, 20],
    [8, 30],
  ])('Mann-Whitney with %i and %i values is as in R', (n, m) => {
    const { size, cumulative } = mannWhitneyNull(n, m);
    expect(size).toBe(n * m);
    for (let u = 0; u <= size; u++) expect(cumulative[u]).toBeCloseTo(pwilcox(u, n, m) as number, 10);
  });

  it.each([1, 4, 9, 20, 40])('signed ranks of %i pairs are as in R', (n) => {
    const { size, cumulative } = signedRankNull(n);
    for (let u = 0; u <= size; u++) expect(cumulative[u]).toBeCloseTo(psignrank(u, n) as number, 10);
  });

  it('the smallest chances are those of the textbook: 1 in C(n+m, n), 1 in 2^n', () => {
    expect(mannWhitneyNull(5, 5).cumulative[0]).toBeCloseTo(1 / 252, 12);
    expect(signedRankNull(5).cumulative[0]).toBe(1 / 32);
  });

  it('stays a distribution for samples whose counts no double could hold', () => {
    const { cumulative, size } = mannWhitneyNull(80, 80);
    expect(cumulative[size]).toBeCloseTo(1, 9);
    expect(cumulative[size / 2]).toBeCloseTo(0.5, 2);
    expect(cumulative.every((value, u) => u === 0 || value >= cumulative[u - 1]!)).toBe(true);
  });
});
