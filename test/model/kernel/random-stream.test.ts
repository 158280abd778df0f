import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/model/kernel/random-stream.ts';

describe('xoshiro128**', () => {
  it("gives the reference implementation's first numbers from state 1, 2, 3, 4", () => {
    // xoshiro128starstar.c (Blackman and Vigna); the same four numbers are in Rust's rand_xoshiro tests.
    const stream = new RandomStream(1, 2, 3, 4);
    const first = Array.from({ length: 10 }, () => stream.uint32());
    expect(first).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });

  it('refuses the state it could never leave', () => {
    expect(() => new RandomStream(0, 0, 0, 0)).toThrow(RangeError);
  });
});
