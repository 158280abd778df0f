import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { largestSeats } from '../../src/plan/search/largest-seats.ts';

const search = (most: number, edge: number, guess?: number) => {
  let asked = 0;
  const ask = (seats: number) => {
    asked++;
    return Promise.resolve({ meets: seats <= edge, detail: seats });
  };
  return largestSeats(most, ask, guess).then((found) => ({ ...found, times: asked }));
};

describe('the largest number of seats', () => {
  it('is found wherever the edge and the guess are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 0, max: 320 }),
        fc.integer({ min: -3, max: 400 }),
        async (most, edge, guess) => {
          const found = await search(most, edge, guess);
          const seats = Math.min(edge, most);
          expect(found.seats).toBe(seats);
          expect(found.at).toBe(seats === 0 ? null : seats);
          expect(found.beyond).toBe(seats === most ? null : seats + 1);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('asks once when all that is allowed meets, twice when the guess was right', async () => {
    expect((await search(24, 1000)).times).toBe(1);
    expect((await search(100, 17, 17)).times).toBe(2);
    expect((await search(1024, 700, 500)).times).toBeLessThanOrEqual(20);
  });

  it('never asks the same number twice', async () => {
    const seen: number[] = [];
    const ask = (seats: number) => {
      seen.push(seats);
      return Promise.resolve({ meets: seats < 9, detail: null });
    };
    await largestSeats(64, ask, 3);
    expect(new Set(seen).size).toBe(seen.length);
  });

  it('ends next to a number that failed when answers are noisy', async () => {
    // Meets below 20, fails from 30, and anything in between.
    const noisy = (seats: number): boolean => seats < 20 || (seats < 30 && (seats * 7919) % 3 !== 0);
    const found = await largestSeats(64, (seats) => Promise.resolve({ meets: noisy(seats), detail: seats }));
    expect(found.seats).toBeGreaterThanOrEqual(19);
    expect(found.seats).toBeLessThan(30);
    expect(noisy(found.seats) && !noisy(found.seats + 1)).toBe(true);
  });
});
