import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linearAxis, logAxis } from '../../../src/report/chart/axis.ts';

const words = { title: '', suffix: '×', margin: [0.05, 0.1] } as const;

describe('a logarithmic axis', () => {
  test('has a tick for each power of ten when it spans many', () => {
    expect(logAxis([1, 4_000], words).ticks).toEqual([1, 10, 100, 1000]);
  });

  test('has 1, 2 and 5 when it spans few', () => {
    expect(logAxis([1, 30], words).ticks).toEqual([1, 2, 5, 10, 20]);
  });

  test('leaves some out when it spans very many', () => {
    expect(logAxis([1, 1e20], words).ticks?.length).toBeLessThanOrEqual(9);
  });

  test('property: its domain holds every positive value, its ticks are inside', () => {
    const values = fc.array(fc.double({ min: 1e-12, max: 1e12, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, (all) => {
        const { domain, ticks } = logAxis(all, words);
        for (const value of all) expect(value >= domain[0] && value <= domain[1]).toBe(true);
        for (const tick of ticks!) expect(tick >= domain[0] && tick <= domain[1]).toBe(true);
      }),
    );
  });
});

test('property: a linear axis holds every value and what it must include', () => {
  const finite = fc.double({ min: -1e12, max: 1e12, noNaN: true });
  fc.assert(
    fc.property(fc.array(finite), finite, (all, include) => {
      const { domain } = linearAxis(all, { ...words, include: [include] });
      for (const value of [...all, include]) expect(value >= domain[0] && value <= domain[1]).toBe(true);
      expect(domain[1]).toBeGreaterThan(domain[0]);
    }),
  );
});
