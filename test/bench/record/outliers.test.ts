import fc from 'fast-check';
import { expect, test } from 'vitest';
import { farOut } from '../../../src/bench/record/outliers.ts';

test('marks what is far out, and counts warm-up but never marks it', () => {
  const values = [900, 10, 11, 12, 10, 11, 12, 60, 11, -50];
  expect(farOut(values, 1)).toEqual([7, 9]);
});

test('an instruction more than costs that repeat exactly is not far out; a tick in between is', () => {
  expect(farOut([6008, 6008, 6008, 6009, 6008, 6008, 6050, 720_234], 0)).toEqual([7]);
});

test('nothing is marked where there is nothing', () => {
  expect(farOut([], 0)).toEqual([]);
  expect(farOut([5, 6], 2)).toEqual([]);
});

test('never marks more than half of the values, and the same ones at any scale', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 60 }),
      (values) => {
        const far = farOut(values, 0);
        expect(far.length).toBeLessThanOrEqual(values.length / 2);
        expect(
          farOut(
            values.map((value) => value * 4),
            0,
          ),
        ).toEqual(far);
      },
    ),
  );
});
