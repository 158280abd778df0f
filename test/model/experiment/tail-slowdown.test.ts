import { describe, expect, it } from 'vitest';
import { tailSlowdown } from '../../../src/model/experiment/tail-slowdown.ts';
import { LogHistogram } from '../../../src/model/kernel/statistics/log-histogram.ts';
import type { ResponseMeasurement } from '../../../src/model/machine/measurement.ts';

const MS = 1e6;

/** Jobs that each took `stretch` times what they demanded. */
function answered(demandsMs: readonly number[], stretch: number, seat = 0): ResponseMeasurement {
  const histogram = new LogHistogram();
  const demands = new LogHistogram();
  for (const demand of demandsMs) {
    demands.record(demand * MS);
    histogram.record(demand * MS * stretch);
  }
  return {
    role: 'desk',
    seat,
    count: demandsMs.length,
    mean: Number.NaN,
    variance: Number.NaN,
    histogram: histogram.data(),
    demands: demands.data(),
  };
}

/** 1 to 100 ms, and one more job that is long. */
const jobs = Array.from({ length: 100 }, (_, index) => index + 1);
const BUCKET = 2 ** -7;

describe('slowdown of the tail', () => {
  it('is the ratio of the 95th percentiles when both sides answered the same jobs', () => {
    expect(tailSlowdown([answered(jobs, 3)], [answered(jobs, 1.5)])).toBeCloseTo(2, 1);
  });

  it('does not take a long job that only one side finished for a slowdown', () => {
    const lucky = tailSlowdown([answered(jobs.slice(0, 60), 2)], [answered(jobs, 1)]);
    expect(Math.abs(lucky! - 2)).toBeLessThan(4 * BUCKET);
  });

  it('pools seats', () => {
    const nested = [answered(jobs, 2, 0), answered(jobs, 2, 1)];
    expect(tailSlowdown(nested, [answered(jobs, 1, 0)])).toBeCloseTo(2, 1);
  });

  it('is null when a side answered nothing', () => {
    expect(tailSlowdown([answered([], 1)], [answered(jobs, 1)])).toBeNull();
    expect(tailSlowdown([answered(jobs, 1)], [])).toBeNull();
  });
});
