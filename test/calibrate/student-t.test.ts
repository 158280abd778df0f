import { qt } from 'lib-r-math.js';
import { expect, it } from 'vitest';
import { studentQuantile975 } from '../../src/calibrate/student-t.ts';

it('agrees with R for every degree of freedom up to 40', () => {
  for (let n = 1; n <= 40; n++) expect(studentQuantile975(n)).toBeCloseTo(qt(0.975, n), 6);
});

it('refuses what is no number of degrees of freedom', () => {
  expect(() => studentQuantile975(0)).toThrow(RangeError);
  expect(() => studentQuantile975(1.5)).toThrow(RangeError);
});
