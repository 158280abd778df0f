import { linearRegression } from 'simple-statistics';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/model/kernel/random-stream.ts';
import { confidenceInterval } from '../../../../src/model/kernel/statistics/confidence-interval.ts';
import { controlledInterval } from '../../../../src/model/kernel/statistics/control-variates.ts';

function sample(n: number, stream: RandomStream) {
  const a = Array.from({ length: n }, () => stream.normal());
  const b = Array.from({ length: n }, () => stream.exponential());
  const values = a.map((x, i) => 10 + 3 * x - 2 * (b[i]! - 1) + 0.5 * stream.normal());
  return { a, b, values };
}

describe('controlledInterval', () => {
  it('with one control is the regression line read off at the known expectation', () => {
    const { a, values } = sample(40, RandomStream.named(7, 0, 'control'));
    const result = controlledInterval(values, [{ name: 'a', values: a, expectation: 0 }]);
    const { m, b } = linearRegression(a.map((x, i) => [x, values[i]!]));
    expect(result.mean).toBeCloseTo(b, 10);
    expect(result.coefficients[0]).toBeCloseTo(m, 10);
  });

  it('leaves the variance that the controls do not explain', () => {
    const { a, b, values } = sample(2_000, RandomStream.named(8, 0, 'control'));
    const controls = [
      { name: 'a', values: a, expectation: 0 },
      { name: 'b', values: b, expectation: 1 },
    ];
    const result = controlledInterval(values, controls);
    // 9 + 4 + 0.25 before, 0.25 after.
    expect(result.varianceLeft).toBeCloseTo(0.25 / 13.25, 2);
    expect(result.coefficients[0]).toBeCloseTo(3, 1);
    expect(result.coefficients[1]).toBeCloseTo(-2, 1);
    expect(result.halfWidth).toBeLessThan(confidenceInterval(values).halfWidth! / 6);
  });

  it('covers the truth as often as it says', () => {
    let covered = 0;
    for (let run = 0; run < 2_000; run++) {
      const { a, b, values } = sample(10, RandomStream.named(9, run, 'control'));
      const { low, high } = controlledInterval(values, [
        { name: 'a', values: a, expectation: 0 },
        { name: 'b', values: b, expectation: 1 },
      ]);
      if (low! <= 10 && 10 <= high!) covered++;
    }
    // 1,900 expected, binomial standard deviation 9.7: four of them.
    expect(Math.abs(covered - 1_900)).toBeLessThan(39);
  });

  it('does not care about units', () => {
    const { a, values } = sample(40, RandomStream.named(10, 0, 'control'));
    const plain = controlledInterval(values, [{ name: 'a', values: a, expectation: 0 }]);
    const nanoseconds = a.map((x) => x * 1e15);
    const scaled = controlledInterval(values, [{ name: 'a', values: nanoseconds, expectation: 0 }]);
    expect(scaled.mean).toBeCloseTo(plain.mean, 10);
    expect(scaled.halfWidth).toBeCloseTo(plain.halfWidth!, 10);
  });

  it('refuses controls that say nothing, and too few values for them', () => {
    const ones = { name: 'ones', values: [1, 1, 1, 1], expectation: 0 };
    expect(() => controlledInterval([1, 2, 3, 4], [ones])).toThrow('ones');
    expect(() => controlledInterval([1, 2], [{ ...ones, values: [1, 2] }])).toThrow('at least 3');
    expect(() => controlledInterval([1, 2, 3, 4], [{ ...ones, values: [1] }])).toThrow('1 values, not 4');
  });
});
