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

  it('looks again where the variance seen says it will do, at most half as many again', () => {
    expect(precisionVerdict(alternating(20, 11), rule)).toMatchObject({ decision: 'continue', nextLook: 23 });
    expect(precisionVerdict(alternating(20, 90), rule)).toMatchObject({ decision: 'continue', nextLook: 30 });
  });

  it('gives up at the maximum and says so', () => {
    expect(precisionVerdict(alternating(200, 90), rule).decision).toBe('exhausted');
  });

  it('has no relative precision around a mean of 0', () => {
    const values = alternating(20, 5).map((value) => value - 100);
    expect(precisionVerdict(values, rule)).toMatchObject({ decision: 'continue', relativeHalfWidth: null });
  });
});
