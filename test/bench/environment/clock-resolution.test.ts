import { expect, test } from 'vitest';
import { clockResolution } from '../../../src/bench/environment/clock-resolution.ts';

const ticking = (tick: number, reading: number): (() => bigint) => {
  let now = 1e15;
  return () => {
    now += reading * (1 + (now % 3));
    return BigInt(Math.floor(now / tick) * tick);
  };
};

test.each([
  ['finer than a reading takes', 2, 37],
  ['coarser than a reading takes', 1000, 37],
  ['of four milliseconds', 4_000_000, 100_000],
])('of a clock %s', (_, tick, reading) => {
  expect(clockResolution(ticking(tick, reading))).toBe(tick);
});

test('of this machine’s clock is known', () => {
  expect(clockResolution()).toBeGreaterThan(0);
});
