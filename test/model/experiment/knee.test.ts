import { describe, expect, it } from 'vitest';
import { kneeOf } from '../../../src/model/experiment/knee.ts';
import { around } from './sampled.ts';

const at = (seats: number, growth: number, wobble = 0) => ({
  seats,
  // Each replication has its own base; what grows is the same share of each.
  sample: around(2).map((base, i) => base * (growth + wobble * Math.sin(7 * i))),
});

describe('kneeOf', () => {
  it('is where the line between two numbers of seats reaches the growth looked for', () => {
    const knee = kneeOf([at(4, 1), at(8, 1.1), at(12, 1.3)], 0.15);
    expect(knee).toMatchObject({ growth: 0.15, from: 4, to: 12 });
    expect(knee!.seats).toBeCloseTo(9, 9);
    expect(knee!.low).toBeCloseTo(9, 9);
    expect(knee!.high).toBeCloseTo(9, 9);
  });

  it('takes points in any order', () => {
    const points = [at(12, 1.3), at(4, 1), at(8, 1.1)];
    expect(kneeOf(points, 0.15)).toEqual(kneeOf([...points].reverse(), 0.15));
  });

  it('has bounds as wide as the growth is uncertain', () => {
    const { seats, low, high } = kneeOf([at(4, 1), at(8, 1.1, 0.05), at(12, 1.3, 0.05), at(16, 1.6)], 0.15)!;
    expect(low).toBeLessThan(seats!);
    expect(high).toBeGreaterThan(seats!);
    expect(high! - low!).toBeLessThan(4);
  });

  it('is not within the seats simulated when nothing grew that much', () => {
    expect(kneeOf([at(4, 1), at(8, 1.05)], 0.15)).toMatchObject({ seats: null, low: null, high: null });
    const perhaps = kneeOf([at(4, 1), at(8, 1.1, 0.3)], 0.15)!;
    expect(perhaps.seats).toBeNull();
    expect(perhaps.low).toBeGreaterThan(4);
  });

  it('is null where there is nothing to compare', () => {
    expect(kneeOf([], 0.15)).toBeNull();
    expect(kneeOf([at(4, 1)], 0.15)).toBeNull();
    expect(kneeOf([at(4, 1), { seats: 8, sample: [null, null] }], 0.15)).toBeNull();
  });
});
