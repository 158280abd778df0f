import { describe, expect, it } from 'vitest';
import { exp, log, power } from '../../../src/model/kernel/elementary.ts';
import { RandomStream } from '../../../src/model/kernel/random-stream.ts';

/** Double nearest to the true value, from mpmath 1.2.1 with 40 digits. */
const LOGS: readonly [number, number][] = [
  [1e-320, -736.8272408909739],
  [0.2, -1.6094379124341003],
  [0.9999999, -1.0000000494736474e-7],
  [1.5, 0.4054651081081644],
  [7, 1.9459101490553132],
  [1e300, 690.7755278982137],
];
const EXPONENTIALS: readonly [number, number][] = [
  [-740, 4.2e-322],
  [-10, 4.5399929762484854e-5],
  [-0.1, 0.9048374180359595],
  [0.5, 1.6487212707001282],
  [20, 485165195.4097903],
  [700, 1.0142320547350045e304],
];

describe('log', () => {
  it.each(LOGS)('log(%d) is within one unit in the last place', (x, expected) => {
    expect(Math.abs(log(x) - expected)).toBeLessThanOrEqual(2.3e-16 * Math.abs(expected));
  });

  it('has the limits of a logarithm', () => {
    expect(log(1)).toBe(0);
    expect(log(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(log(-1)).toBeNaN();
    expect(log(Number.POSITIVE_INFINITY)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('exp', () => {
  it.each(EXPONENTIALS)('exp(%d) is within one unit in the last place', (x, expected) => {
    expect(Math.abs(exp(x) - expected)).toBeLessThanOrEqual(Math.max(2.3e-16 * expected, 5e-324));
  });

  it('has the limits of an exponential', () => {
    expect(exp(0)).toBe(1);
    expect(exp(-746)).toBe(0);
    expect(exp(710)).toBe(Number.POSITIVE_INFINITY);
    expect(exp(Number.NaN)).toBeNaN();
  });
});

it('both stay within one unit in the last place of the engine at 100,000 random places', () => {
  const stream = RandomStream.named(1, 0, 'elementary');
  for (let i = 0; i < 100_000; i++) {
    const x = 1400 * stream.uniform() - 700;
    const e = Math.exp(x);
    if (Math.abs(exp(x) - e) > 2.3e-16 * e) expect.fail(`exp(${x})`);
    const l = Math.log(e);
    if (Math.abs(log(e) - l) > 2.3e-16 * Math.abs(l)) expect.fail(`log(${e})`);
  }
});

it('power is exact enough for a quantile', () => {
  expect(power(2, 10)).toBeCloseTo(1024, 10);
  expect(power(0, 0.5)).toBe(0);
  expect(power(0, 0)).toBe(1);
});
