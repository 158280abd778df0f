import { describe, expect, it } from 'vitest';
import {
  type PrecisionRule,
  precisionVerdict,
} from '../../../../src/model/kernel/statistics/sequential-stopping.ts';

const rule: PrecisionRule = { relativePrecision: 0.05, confidence: 0.95, minimum: 10, maximum: 200 };
const alternating = (n: number, spread: number) =>
  Array.from({ length: n }, (_, i) => 100 + (i % 2 ? spread : -spread));

describe('precisionVerdict', () => {
  it('does not look before the minimum, however precise', () => {
    expect(precisionVerdict([100, 100, 100], rule)).toMatchObject({ decision: 'continue', nextLook: 10 });
  });

  it('stops when the half-width is the share wanted or less', () => {
    const verdict = precisionVerdict(alternating(20, 5), rule);
    expect(verdict.decision).toBe('precise');
    expect(verdict.relativeHalfWidth).toBeLessThan(0.05);
    expect(verdict.interval.mean).toBe(100);
  });

  it('looks again where the variance seen says it will do, at twice as many at most', () => {
    // 95 % half-width of 20 values 100 +- 11 is t(0.975; 19) 11.286 / sqrt(20) = 5.28: 20 x 1.1 x (5.28 / 5)^2 = 24.5
    expect(precisionVerdict(alternating(20, 11), rule)).toMatchObject({ decision: 'continue', nextLook: 25 });
    expect(precisionVerdict(alternating(20, 90), rule)).toMatchObject({ decision: 'continue', nextLook: 40 });
    expect(precisionVerdict(alternating(150, 90), rule)).toMatchObject({
      decision: 'continue',
      nextLook: 200,
    });
  });

  it('wants a margin, because samples that stop early are those whose variance came out small', () => {
    const { relativeHalfWidth, decision } = precisionVerdict(alternating(20, 10.2), rule);
    expect(relativeHalfWidth).toBeLessThan(0.05);
    expect(decision).toBe('continue');
  });

  it('gives up at the maximum and says so', () => {
    expect(precisionVerdict(alternating(200, 90), rule).decision).toBe('exhausted');
  });

  it('has no relative precision around a mean of 0', () => {
    const values = alternating(20, 5).map((value) => value - 100);
    expect(precisionVerdict(values, rule)).toMatchObject({ decision: 'continue', relativeHalfWidth: null });
  });
});
