import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holmAdjusted } from '../../../../src/model/kernel/statistics/holm.ts';

describe('holmAdjusted', () => {
  it('adjusts as R does: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")', () => {
    const adjusted = holmAdjusted([0.01, 0.04, 0.03, 0.005]);
    for (const [i, expected] of [0.03, 0.06, 0.06, 0.02].entries())
      expect(adjusted[i]).toBeCloseTo(expected, 12);
  });

  it('leaves a single claim as it is, and knows no chance above 1', () => {
    expect(holmAdjusted([0.04])).toEqual([0.04]);
    expect(holmAdjusted([0.9, 0.8])).toEqual([1, 1]);
    expect(holmAdjusted([])).toEqual([]);
  });

  it('property: rejects what Bonferroni rejects, and nothing that one test alone would not', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (pValues) => {
        for (const [i, adjusted] of holmAdjusted(pValues).entries()) {
          if (pValues[i]! <= 0.05 / pValues.length) expect(adjusted).toBeLessThanOrEqual(0.05);
          expect(adjusted).toBeGreaterThanOrEqual(pValues[i]!);
        }
      }),
    );
  });
});
