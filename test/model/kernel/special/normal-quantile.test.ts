import * as R from 'lib-r-math.js';
import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../../../src/model/kernel/special/normal-quantile.ts';

describe('normalQuantile', () => {
  it("agrees with R's nmath over the whole range", () => {
    for (const p of [
      1e-300,
      1e-20,
      1e-9,
      0.001,
      0.0749,
      0.0751,
      0.1,
      0.3,
      0.6,
      0.925,
      0.975,
      0.999,
      1 - 1e-12,
    ]) {
      const expected = R.qnorm(p);
      expect(Math.abs(normalQuantile(p) - expected)).toBeLessThanOrEqual(4e-15 * Math.abs(expected));
    }
  });

  it('gives the published values of AS 241', () => {
    // Wichura (1988), table of test values: PPND16(0.25), (0.001), (1e-20).
    expect(normalQuantile(0.25)).toBeCloseTo(-0.6744897501960817, 15);
    expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167814, 14);
    expect(normalQuantile(1e-20)).toBeCloseTo(-9.262340089798409, 13);
  });

  it('has the infinities at its ends and refuses what is no probability', () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    expect(() => normalQuantile(1.1)).toThrow(RangeError);
    expect(() => normalQuantile(Number.NaN)).toThrow(RangeError);
  });
});
