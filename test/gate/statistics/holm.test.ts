import { expect, it } from 'vitest';
import { holm } from '../../../src/gate/statistics/holm.ts';

it('adjusts as R does: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")', () => {
  const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
  for (const [i, expected] of [0.03, 0.06, 0.06, 0.02].entries())
    expect(adjusted[i]).toBeCloseTo(expected, 12);
});

it('leaves a single claim as it is, and knows no chance above 1', () => {
  expect(holm([0.04])).toEqual([0.04]);
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
  expect(holm([])).toEqual([]);
});
