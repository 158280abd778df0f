import * as R from 'lib-r-math.js';
import { describe, expect, it } from 'vitest';
import { studentQuantile } from '../../../../src/model/kernel/special/student-quantile.ts';

/** p, degrees of freedom, quantile: mpmath 1.2.1 with 40 digits, by bisection on the regularized beta function. */
const EXPECTED: readonly [number, number, number][] = [
  [0.500001, 1, 3.141592653690467e-6],
  [0.6, 1, 0.32491969623290623],
  [0.9, 1, 3.077683537175254],
  [0.975, 1, 12.706204736174692],
  [0.9999999, 1, 3183098.863513245],
  [0.6, 1.5, 0.3007453925697953],
  [0.975, 1.5, 6.016663104427928],
  [0.9999999, 1.5, 24226.63099773475],
  [0.500001, 2, 2.82842712483318e-6],
  [0.975, 2, 4.302652729749462],
  [0.9999999, 2, 2236.067642678063],
  [0.6, 3, 0.27667066233268983],
  [0.975, 3, 3.182446305283708],
  [0.9999999, 3, 222.57159098625124],
  [0.9, 5, 1.4758840488244813],
  [0.975, 5, 2.5705818356363146],
  [0.500001, 29, 2.528326235719525e-6],
  [0.6, 29, 0.2556836345712561],
  [0.975, 29, 2.045229642132704],
  [0.9999999, 29, 6.7651601934736805],
  [0.500001, 1000, 2.5072550100085785e-6],
  [0.975, 1000, 1.962339080826408],
  [0.9999999, 1000, 5.23599846939222],
  [0.500001, 200000, 2.5066314079930068e-6],
  [0.6, 200000, 0.2533474401462228],
  [0.975, 200000, 1.959975845966768],
];

describe('studentQuantile', () => {
  it.each(EXPECTED)('at p = %d with %d degrees of freedom is %d to 1e-11', (p, degrees, expected) => {
    expect(Math.abs(studentQuantile(p, degrees) / expected - 1)).toBeLessThan(1e-11);
  });

  it("agrees with R's nmath to the 1e-7 its port keeps", () => {
    for (let degrees = 2; degrees < 300; degrees += 7) {
      for (const p of [0.9, 0.95, 0.975, 0.995]) {
        expect(Math.abs(studentQuantile(p, degrees) / R.qt(p, degrees) - 1)).toBeLessThan(2e-7);
      }
    }
  });

  it('is odd about the middle', () => {
    for (const p of [0.001, 0.2, 0.4]) {
      expect(studentQuantile(p, 7)).toBeCloseTo(-studentQuantile(1 - p, 7), 12);
    }
    expect(studentQuantile(0.5, 7)).toBe(0);
  });

  it('refuses what is no probability and no degree of freedom', () => {
    expect(() => studentQuantile(1, 5)).toThrow(RangeError);
    expect(() => studentQuantile(0.9, 0)).toThrow(RangeError);
  });
});
