import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holmRejections } from '../../../../src/model/kernel/statistics/holm.ts';

describe('holmRejections', () => {
  it('steps down as in a worked example', () => {
    // 0.005 <= 0.05 / 4; 0.01 <= 0.05 / 3; 0.03 > 0.05 / 2, and there it stops, though 0.04 <= 0.05.
    expect(holmRejections([0.01, 0.04, 0.03, 0.005], 0.05)).toEqual([true, false, false, true]);
  });

  it('property: rejects what Bonferroni rejects, and nothing that one test alone would not', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (pValues) => {
        for (const [i, rejected] of holmRejections(pValues, 0.05).entries()) {
          if (pValues[i]! <= 0.05 / pValues.length) expect(rejected).toBe(true);
          if (rejected) expect(pValues[i]).toBeLessThanOrEqual(0.05);
        }
      }),
    );
  });
});
