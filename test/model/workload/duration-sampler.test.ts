import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/model/kernel/random-stream.ts';
import { Tally } from '../../../src/model/kernel/statistics/tally.ts';
import { ns } from '../../../src/model/kernel/units.ts';
import type { DurationDistribution } from '../../../src/model/machine/specification.ts';
import { DurationSampler } from '../../../src/model/workload/duration-sampler.ts';

const mean = ns(2_000_000);

describe('durations', () => {
  it.each<{ distribution: DurationDistribution; cv: number }>([
    { distribution: { kind: 'constant', mean }, cv: 0 },
    { distribution: { kind: 'exponential', mean }, cv: 1 },
    { distribution: { kind: 'lognormal', mean, cv: 0.5 }, cv: 0.5 },
    { distribution: { kind: 'lognormal', mean, cv: 2 }, cv: 2 },
  ])(
    '$distribution.kind have the mean asked for and a coefficient of variation of $cv',
    ({ distribution, cv }) => {
      const sampler = new DurationSampler(distribution);
      const stream = RandomStream.named(1, 0, 'durations');
      const tally = new Tally();
      for (let i = 0; i < 200_000; i++) tally.add(sampler.draw(stream));
      expect(tally.mean / mean).toBeCloseTo(1, 1.5);
      expect(tally.standardDeviation / mean).toBeCloseTo(cv, 1);
    },
  );

  it('are whole nanoseconds, and none for a mean of none', () => {
    const stream = RandomStream.named(1, 0, 'durations');
    expect(Number.isInteger(new DurationSampler({ kind: 'exponential', mean }).draw(stream))).toBe(true);
    for (const kind of ['constant', 'exponential'] as const) {
      expect(new DurationSampler({ kind, mean: ns(0) }).draw(stream)).toBe(0);
    }
    expect(new DurationSampler({ kind: 'lognormal', mean: ns(0), cv: 1 }).draw(stream)).toBe(0);
  });
});
