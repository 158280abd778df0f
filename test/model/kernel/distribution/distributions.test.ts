import * as R from 'lib-r-math.js';
import { describe, expect, it } from 'vitest';
import { Constant } from '../../../../src/model/kernel/distribution/constant.ts';
import type { Distribution } from '../../../../src/model/kernel/distribution/distribution.ts';
import { Empirical } from '../../../../src/model/kernel/distribution/empirical.ts';
import { Exponential } from '../../../../src/model/kernel/distribution/exponential.ts';
import { Gamma } from '../../../../src/model/kernel/distribution/gamma.ts';
import { Hyperexponential } from '../../../../src/model/kernel/distribution/hyperexponential.ts';
import { Lognormal } from '../../../../src/model/kernel/distribution/lognormal.ts';
import { Pareto } from '../../../../src/model/kernel/distribution/pareto.ts';
import { Uniform } from '../../../../src/model/kernel/distribution/uniform.ts';
import { Weibull } from '../../../../src/model/kernel/distribution/weibull.ts';
import { RandomStream } from '../../../../src/model/kernel/random-stream.ts';
import { greatestDistance } from '../kolmogorov.ts';

const lognormal = new Lognormal(5, 2);
/** Each with its distribution function as R (or its definition) has it. */
const CASES: [string, Distribution, (x: number) => number][] = [
  ['exponential', new Exponential(3), (x) => 1 - Math.exp(-x / 3)],
  ['uniform', new Uniform(-2, 6), (x) => (x + 2) / 8],
  ['lognormal', lognormal, (x) => R.plnorm(x, lognormal.mu, lognormal.sigma)],
  ['weibull, heavy', new Weibull(0.6, 2), (x) => R.pweibull(x, 0.6, 2)],
  ['weibull, light', new Weibull(3, 2), (x) => R.pweibull(x, 3, 2)],
  ['pareto', new Pareto(2.5, 4), (x) => 1 - (4 / x) ** 2.5],
  ['gamma, shape below 1', new Gamma(0.4, 2), (x) => R.pgamma(x, 0.4, undefined, 2)],
  ['gamma', new Gamma(3.7, 0.5), (x) => R.pgamma(x, 3.7, undefined, 0.5)],
];

describe('a distribution', () => {
  it.each(CASES)('%s: draws follow its distribution function', (name, distribution, cumulative) => {
    const stream = RandomStream.named(31, 0, name);
    const values = Array.from({ length: 20_000 }, () => distribution.sample(stream));
    expect(greatestDistance(values, cumulative)).toBeLessThan(1.95);
  });

  it.each([
    ...CASES.filter(([name]) => name !== 'pareto'),
    ['hyperexponential', new Hyperexponential(2, 3), Number],
    ['empirical', new Empirical([5, 1, 1, 2, 9, 4]), Number],
  ] as typeof CASES)('%s: draws have its mean and variance, to six standard errors', (name, distribution) => {
    const stream = RandomStream.named(32, 0, name);
    const n = 100_000;
    let sum = 0;
    let squares = 0;
    let fourth = 0;
    for (let i = 0; i < n; i++) {
      const deviation = distribution.sample(stream) - distribution.mean;
      sum += deviation;
      squares += deviation ** 2;
      fourth += deviation ** 4;
    }
    expect(Math.abs(sum / n)).toBeLessThan(6 * Math.sqrt(distribution.variance / n));
    const spread = Math.sqrt((fourth / n - (squares / n) ** 2) / n);
    expect(Math.abs(squares / n - distribution.variance)).toBeLessThan(6 * spread);
  });

  it('pareto has the moments it has, and no others', () => {
    expect(new Pareto(3, 2).mean).toBe(3);
    expect(new Pareto(3, 2).variance).toBe(3);
    expect(new Pareto(1.5, 2).variance).toBe(Number.POSITIVE_INFINITY);
    expect(new Pareto(1, 2).mean).toBe(Number.POSITIVE_INFINITY);
  });

  it('constant draws nothing from the stream', () => {
    const stream = RandomStream.named(1, 0, 'x');
    const untouched = RandomStream.named(1, 0, 'x');
    expect(new Constant(7).sample()).toBe(7);
    expect(stream.uint32()).toBe(untouched.uint32());
  });

  it('refuses parameters that make none, and says which', () => {
    expect(() => new Exponential(0)).toThrow('exponential: mean');
    expect(() => new Lognormal(1, -1)).toThrow('lognormal: coefficient of variation');
    expect(() => new Weibull(Number.NaN, 1)).toThrow('weibull: shape');
    expect(() => new Gamma(1, Number.POSITIVE_INFINITY)).toThrow('gamma: scale');
    expect(() => new Pareto(1, 0)).toThrow('pareto: minimum');
    expect(() => new Hyperexponential(1, 1)).toThrow('> 1');
    expect(() => new Uniform(2, 2)).toThrow('low must be below high');
    expect(() => new Constant(Number.NaN)).toThrow('constant');
  });
});

describe('empirical', () => {
  it("has R's type 7 quantiles", () => {
    // R: quantile(c(1, 2, 4, 8, 16), c(0, .1, .25, .5, .9, 1)) gives 1.0 1.4 2.0 4.0 12.8 16.0
    const empirical = new Empirical([16, 1, 8, 2, 4]);
    const probabilities = [0, 0.1, 0.25, 0.5, 0.9, 1];
    expect(probabilities.map((p) => empirical.quantile(p))).toEqual([1, 1.4, 2, 4, 12.8, 16]);
  });

  it('of one observation is that observation', () => {
    const single = new Empirical([3]);
    expect([single.quantile(0.3), single.mean, single.variance]).toEqual([3, 3, 0]);
  });

  it('refuses none, and what is no number', () => {
    expect(() => new Empirical([])).toThrow('at least one');
    expect(() => new Empirical([1, Number.NaN])).toThrow('finite');
    expect(() => new Empirical([Number.NEGATIVE_INFINITY, 1])).toThrow('finite');
  });
});
