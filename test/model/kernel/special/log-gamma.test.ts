import * as R from 'lib-r-math.js';
import { expect, it } from 'vitest';
import { logGamma } from '../../../../src/model/kernel/special/log-gamma.ts';

it('agrees with lgamma of R from 0.01 to a million', () => {
  for (let x = 0.01; x < 1e6; x *= 1.03) {
    const expected = R.lgamma(x);
    expect(Math.abs(logGamma(x) - expected)).toBeLessThan(1e-14 * (1 + Math.abs(expected)));
  }
});

it('is the logarithm of a factorial at whole numbers', () => {
  expect(logGamma(1)).toBeCloseTo(0, 15);
  expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 13);
});
