import { expect, test } from 'vitest';
import { renderComparisons } from '../../src/report/terminal/comparison-table.ts';
import { type Comparison, relativeError, summariseErrors } from '../../src/verify/comparison.ts';

const row = (measured: number, predicted: number, more: Partial<Comparison> = {}): Comparison => ({
  name: 'hypercall',
  unit: 'us',
  measured,
  predicted,
  interval: null,
  fitted: false,
  ...more,
});

test('an error is signed and relative to what was measured', () => {
  expect(relativeError(row(10, 8))).toBeCloseTo(-0.2);
  expect(relativeError(row(10, 15))).toBeCloseTo(0.5);
});

test('fitted rows do not count as predictions', () => {
  expect(summariseErrors([row(10, 10, { fitted: true })])).toBeNull();
  const summary = summariseErrors([row(10, 10, { fitted: true }), row(10, 8), row(10, 14), row(10, 11)]);
  expect(summary).toMatchObject({ count: 3, covered: null });
  expect(summary!.median).toBeCloseTo(0.2);
  expect(summary!.largest).toBeCloseTo(0.4);
});

test('coverage counts the intervals that hold what was measured', () => {
  const rows = [row(10, 8, { interval: [7, 11] }), row(10, 8, { interval: [7, 9] }), row(10, 10)];
  expect(summariseErrors(rows)!.covered).toBe(0.5);
});

test('the table says what was fitted, what predicted, and sums up the predicted only', () => {
  const text = renderComparisons(
    [
      row(7.43, 7.43, { name: 'hypercall, L2', fitted: true }),
      row(100, 90, { name: 'hypercall, L3', interval: [80, 120] }),
    ],
    'Operation',
  );
  expect(text).toMatch(/hypercall, L2 +fitted on +us +7\.43 +7\.43/);
  expect(text).toMatch(/hypercall, L3 +predicted +us +100 +90\.0 +80\.0 … 120 +−10 %/);
  expect(text).toContain('Error of the 1 predicted: median 10 %, largest 10 %; 100 % of the intervals hold');
});
