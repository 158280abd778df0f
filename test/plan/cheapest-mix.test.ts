import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cheapestMix, type Offer } from '../../src/plan/cost/cheapest-mix.ts';

const offer = (name: string, seats: number, usdPerHour: number): Offer => ({ name, seats, usdPerHour });

describe('the cheapest mix of hosts', () => {
  it('takes one kind where a second saves little', () => {
    const mix = cheapestMix([offer('big', 10, 5), offer('small', 5, 2.6)], 24);
    expect(mix).toEqual({
      hosts: [{ name: 'small', count: 5, seats: 5 }],
      room: 25,
      usdPerHour: expect.closeTo(13),
    });
  });

  it('mixes two kinds where the last host would be nearly empty', () => {
    const mix = cheapestMix([offer('big', 23, 8), offer('small', 1, 0.5)], 24);
    expect(mix?.hosts).toEqual([
      { name: 'big', count: 1, seats: 23 },
      { name: 'small', count: 1, seats: 1 },
    ]);
  });

  it('has nothing to say without offers', () => {
    expect(cheapestMix([], 5)).toBeNull();
  });

  it('always has room, is never dearer than one kind, and does not depend on the order of offers', () => {
    const offers = fc.uniqueArray(
      fc.record({
        name: fc.string({ minLength: 1, maxLength: 4 }),
        seats: fc.integer({ min: 1, max: 12 }),
        usdPerHour: fc.double({ min: 0.05, max: 9, noNaN: true }),
      }),
      { selector: ({ name }) => name, minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(offers, fc.integer({ min: 1, max: 40 }), (all, seats) => {
        const mix = cheapestMix(all, seats)!;
        const single = Math.min(...all.map((one) => Math.ceil(seats / one.seats) * one.usdPerHour));
        expect(mix.room).toBeGreaterThanOrEqual(seats);
        expect(mix.usdPerHour).toBeLessThanOrEqual(single + 1e-9);
        expect(mix.hosts.length).toBeLessThanOrEqual(2);
        expect(cheapestMix([...all].reverse(), seats)).toEqual(mix);
      }),
      { numRuns: 200 },
    );
  });
});
