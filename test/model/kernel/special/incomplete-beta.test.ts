import { describe, expect, it } from 'vitest';
import { incompleteBeta } from '../../../../src/model/kernel/special/incomplete-beta.ts';

/** x, a, b, I_x(a, b): mpmath 1.2.1, betainc(..., regularized=True) with 40 digits. */
const EXPECTED: readonly [number, number, number, number][] = [
  [0.01, 0.3, 0.5, 0.18405449152853823],
  [0.5, 0.3, 7.5, 0.9993290843095567],
  [0.3, 7.5, 0.5, 2.832198346990554e-5],
  [0.99, 50, 2, 0.9075091007063049],
  [0.01, 50, 5000, 0.54666858721749],
  [0.5, 500, 500, 0.5],
  [0.77, 5000, 500, 1.0533098151090649e-161],
  [0.999999, 0.5, 2, 0.999999999999625],
  [1e-6, 2, 50, 1.2749583507496905e-9],
];

describe('incompleteBeta', () => {
  it.each(EXPECTED)('I_%d(%d, %d) = %d', (x, a, b, expected) => {
    expect(Math.abs(incompleteBeta(x, a, b) / expected - 1)).toBeLessThan(1e-11 * Math.max(1, a / 500));
  });

  it('is x^a for b = 1, and 1 - (1 - x)^b for a = 1', () => {
    for (const x of [0.001, 0.3, 0.5, 0.9]) {
      expect(incompleteBeta(x, 2, 1)).toBeCloseTo(x * x, 14);
      expect(incompleteBeta(x, 1, 3)).toBeCloseTo(1 - (1 - x) * (1 - x) * (1 - x), 14);
    }
  });

  it('is 0 and 1 at the ends', () => {
    expect(incompleteBeta(0, 2, 3)).toBe(0);
    expect(incompleteBeta(1, 2, 3)).toBe(1);
  });
});
