import { describe, expect, it } from 'vitest';
import { confidenceInterval } from '../../../../src/model/kernel/statistics/confidence-interval.ts';

describe('confidenceInterval', () => {
  it('gives the interval worked out in NIST/SEMATECH e-Handbook 1.3.5.2 from its summary', () => {
    // ZARR13.DAT: n = 195, mean 9.261460, standard deviation 0.022789; 95 % limits 9.258242 to 9.264679.
    // 97 values at mean + d, 97 at mean - d and one at the mean have that mean and deviation.
    const n = 195;
    const d = 0.0227888;
    const values = Array.from({ length: n }, (_, i) => (i === 0 ? 9.26146 : 9.26146 + (i % 2 ? d : -d)));
    const interval = confidenceInterval(values);
    expect(interval.mean).toBeCloseTo(9.26146, 6);
    expect(interval.low).toBeCloseTo(9.258242, 5);
    expect(interval.high).toBeCloseTo(9.264679, 5);
  });

  it('worked by hand: 1, 2, 3, 4, 5 at 90 %', () => {
    // s = sqrt(2.5), t(0.95; 4) = 2.131847
    const { halfWidth } = confidenceInterval([1, 2, 3, 4, 5], 0.9);
    expect(halfWidth).toBeCloseTo(2.1318467863 * Math.sqrt(0.5), 8);
  });

  it('knows nothing about the error of a single value', () => {
    expect(confidenceInterval([7])).toMatchObject({ mean: 7, halfWidth: null, low: null, high: null, n: 1 });
  });

  it('refuses no values, and a confidence that is none', () => {
    expect(() => confidenceInterval([])).toThrow(RangeError);
    expect(() => confidenceInterval([1, 2], 1)).toThrow('confidence');
  });
});
