import { sampleCorrelation } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { hash128 } from '../../../src/model/kernel/hash128.ts';
import { RandomStream } from '../../../src/model/kernel/random-stream.ts';
import { EXPONENTIAL, NORMAL } from '../../../src/model/kernel/ziggurat.ts';
import { greatestDistance } from './kolmogorov.ts';

const draws = (count: number, draw: () => number) => Array.from({ length: count }, draw);

describe('xoshiro128**', () => {
  it("gives the reference implementation's first numbers from state 1, 2, 3, 4", () => {
    // xoshiro128starstar.c (Blackman and Vigna); the same numbers are in Rust's rand_xoshiro tests.
    const stream = new RandomStream(1, 2, 3, 4);
    expect(draws(10, () => stream.uint32())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it('refuses the state it could never leave', () => {
    expect(() => new RandomStream(0, 0, 0, 0)).toThrow(RangeError);
  });
});

describe('the hash that makes streams', () => {
  it('is MurmurHash3_x86_128', () => {
    // From a byte-wise implementation that gives SMHasher's verification value for it, 0xB3ECE62A.
    expect(hash128(new Uint32Array([]))).toEqual([0, 0, 0, 0]);
    expect(hash128(new Uint32Array([1]))).toEqual([-821092150, 1369206961, 1369206961, 1369206961]);
    expect(hash128(new Uint32Array([1, 2, 3, 4, 5, 6, 7]))).toEqual([
      1612368728, -1526533963, -552190290, -1949347898,
    ]);
    expect(hash128(new Uint32Array([1, 2, 3, 4, 5, 6, 7, 8]))).toEqual([
      538924179, -9782542, -10279491, 1896906020,
    ]);
  });
});

describe('named streams', () => {
  const first = (seed: number, replication: number, name: string) =>
    RandomStream.named(seed, replication, name).uniform();

  it('are the same for the same name, and others for any other', () => {
    expect(first(1, 2, 'arrivals')).toBe(first(1, 2, 'arrivals'));
    const others = [
      first(2, 2, 'arrivals'),
      first(1, 3, 'arrivals'),
      first(1, 2, 'arrival'),
      first(2, 1, 'arrivals'),
    ];
    expect(new Set([first(1, 2, 'arrivals'), ...others]).size).toBe(5);
  });

  it('tell seeds apart beyond 32 bits, and negative ones', () => {
    const seeds = [1, 1 + 2 ** 32, -1, 2 ** 32 - 1, 2 ** 53 - 1, 0];
    expect(new Set(seeds.map((seed) => first(seed, 0, 'x'))).size).toBe(seeds.length);
  });

  it('of neighbouring seeds do not correlate, at any of the first draws', () => {
    const count = 4_000;
    const streams = Array.from({ length: count + 1 }, (_, seed) => RandomStream.named(seed, 0, 'x'));
    for (let draw = 0; draw < 6; draw++) {
      const values = streams.map((stream) => stream.uniform());
      // Independent: standard deviation 1 / sqrt(4000) = 0.016; four of them.
      expect(Math.abs(sampleCorrelation(values.slice(1), values.slice(0, -1)))).toBeLessThan(0.064);
      expect(greatestDistance(values, (x) => x)).toBeLessThan(1.95);
    }
  });

  it('of neighbouring replications and of similar names do not correlate', () => {
    const of = (make: (i: number) => RandomStream) =>
      Array.from({ length: 4_001 }, (_, i) => make(i).uniform());
    for (const values of [
      of((i) => RandomStream.named(7, i, 'x')),
      of((i) => RandomStream.named(7, 0, `vm${i}`)),
      of((i) => RandomStream.named(i, i, 'x')),
    ]) {
      expect(Math.abs(sampleCorrelation(values.slice(1), values.slice(0, -1)))).toBeLessThan(0.064);
    }
  });

  it('refuse a seed that would be rounded', () => {
    expect(() => RandomStream.named(2 ** 53, 0, 'x')).toThrow('seed');
    expect(() => RandomStream.named(0.5, 0, 'x')).toThrow('seed');
    expect(() => RandomStream.named(1, Number.NaN, 'x')).toThrow('replication');
  });
});

describe('draws', () => {
  const n = 200_000;

  it('uniform is uniform in [0, 1) with 53 bits', () => {
    const stream = RandomStream.named(1, 0, 'uniform');
    const values = draws(n, () => stream.uniform());
    expect(Math.min(...values.slice(0, 50_000))).toBeGreaterThanOrEqual(0);
    expect(greatestDistance(values, (x) => x)).toBeLessThan(1.95);
    expect(values.every((value) => value < 1 && Number.isInteger(value * 2 ** 53))).toBe(true);
    expect(values.some((value) => !Number.isInteger(value * 2 ** 52))).toBe(true);
  });

  it('exponential is exponential: distribution, and tail beyond the ziggurat', () => {
    const stream = RandomStream.named(2, 0, 'exponential');
    const values = draws(n, () => stream.exponential());
    expect(greatestDistance(values, (x) => 1 - Math.exp(-x))).toBeLessThan(1.95);
    // Beyond 7.697: 200,000 e^-7.697 = 90.9 expected, standard deviation 9.5; and memoryless there.
    const tail = values.filter((value) => value > 7.69711747013105);
    expect(Math.abs(tail.length - 90.9)).toBeLessThan(4 * 9.5);
    expect(
      greatestDistance(
        tail.map((value) => value - 7.69711747013105),
        (x) => 1 - Math.exp(-x),
      ),
    ).toBeLessThan(1.95);
  });

  it('normal is normal: moments to four standard errors, and tail beyond the ziggurat', () => {
    const stream = RandomStream.named(3, 0, 'normal');
    const values = draws(n, () => stream.normal());
    const moment = (k: number) => values.reduce((sum, x) => sum + x ** k, 0) / n;
    // Variances of x, x^2, x^3, x^4: 1, 2, 15, 96.
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / n));
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / n));
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
    // 2 (1 - Phi(3.654)) = 2.581e-4: 51.6 expected, standard deviation 7.2.
    const tail = values.filter((value) => Math.abs(value) > 3.6541528853610088);
    expect(Math.abs(tail.length - 51.6)).toBeLessThan(4 * 7.2);
  });

  it('integer is uniform over its range, small or large', () => {
    const stream = RandomStream.named(4, 0, 'integer');
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[stream.integer(7)]!++;
    // Chi-square with 6 degrees of freedom: 22.5 is exceeded once in a thousand.
    expect(counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(22.5);
    const large = draws(20_000, () => stream.integer(3_000_000_000) / 3_000_000_000);
    expect(greatestDistance(large, (x) => x)).toBeLessThan(1.95);
    expect(stream.integer(1)).toBe(0);
    for (const n of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN])
      expect(() => stream.integer(n)).toThrow(RangeError);
    expect(stream.integer(2 ** 32)).toBeGreaterThanOrEqual(0);
  });
});

describe('ziggurat tables', () => {
  it.each([
    ['exponential', EXPONENTIAL],
    ['normal', NORMAL],
  ])('of the %s: every layer has the same area, and the top one ends at the peak', (_, tables) => {
    const area = tables.edges[1]! * (tables.heights[2]! - tables.heights[1]!);
    for (let layer = 2; layer < 256; layer++) {
      const height = tables.heights[layer + 1]! - tables.heights[layer]!;
      expect(Math.abs((tables.edges[layer]! * height) / area - 1)).toBeLessThan(1e-9);
    }
    expect(tables.heights[256]).toBe(1);
  });
});
