import { describe, expect, it } from 'vitest';
import type { BenchRecord } from '../../src/bench/record/record.ts';
import { type CalibratedPlatform, calibrate } from '../../src/calibrate/calibrate.ts';
import { CalibrationError } from '../../src/calibrate/measured/calibration-error.ts';
import { joined, stackOf } from '../../src/calibrate/measured/joined-records.ts';
import { mergePlatforms } from '../../src/calibrate/merge-platforms.ts';
import { platformToYaml } from '../../src/calibrate/profile/platform-yaml.ts';
import { readPlatform } from '../../src/model/scenario/read-platform.ts';
import { syntheticRecord, TRUTH } from './synthetic-record.ts';

const OPTIONS = { name: 'known', sha256: 'ab', replicates: 200 };

/** A boot in which everything is slower or faster by a factor, as boots are, and values scatter little within it. */
function boot(seed: number, factor: number): BenchRecord {
  const record = syntheticRecord({ noise: { sigma: 0.002, seed }, samples: 31 });
  return {
    ...record,
    samples: record.samples.map((line) => ({ ...line, values: line.values.map((value) => value * factor) })),
  };
}

const widthOf = ({ report }: CalibratedPlatform): number => {
  const { low, high, value } = report.roundTrips.find(
    ({ workload, depth }) => workload === 'cpuid' && depth === 2,
  )!;
  return (high - low) / value;
};

describe('several records of one stack', () => {
  const boots = [boot(1, 0.97), boot(2, 1.02), boot(3, 1), boot(4, 0.98), boot(5, 1.03)];

  it('are boots of one, in order', () => {
    const whole = joined(boots);
    expect(whole.boots).toBe(5);
    expect([1, 2, 3, 4, 5].map(whole.bootOf)).toEqual([0, 1, 2, 3, 4]);
    expect(whole.record.samples).toHaveLength(5 * boots[0]!.samples.length);
    expect(new Set(boots.map(stackOf)).size).toBe(1);
    expect(stackOf(syntheticRecord({ clock: 'instructions' }))).not.toBe(stackOf(boots[0]!));
  });

  it('have intervals that say how boots differ, which those of one boot do not', () => {
    const one = widthOf(calibrate(boots[0]!, OPTIONS));
    const several = calibrate(boots, OPTIONS);
    expect(widthOf(several)).toBeGreaterThan(5 * one);
    expect(several.platform.calibration!.notes.join()).toContain('5 boots, resampled as wholes');
  });

  it('of one record alone is that record', () => {
    expect(calibrate([boots[0]!], OPTIONS)).toEqual(calibrate(boots[0]!, OPTIONS));
  });
});

describe('stacks merged by weight', () => {
  const faster = {
    ...TRUTH,
    exits: {
      ...TRUTH.exits,
      classes: Object.fromEntries(
        Object.entries(TRUTH.exits.classes).map(([name, of]) => [
          name,
          { ...of, handle: of.handle / 4, reflect: of.reflect / 4 },
        ]),
      ),
    } as typeof TRUTH.exits,
  };
  const part = (label: string, weight: number, record: BenchRecord) => ({
    ...{ label, weight },
    calibrated: calibrate(record, OPTIONS),
  });
  const slow = part('slow', 1, syntheticRecord());
  const fast = part('fast', 1, syntheticRecord({ truth: faster }));

  it('have the geometric mean as value and the hull as interval', () => {
    const merged = mergePlatforms([slow, fast], { name: 'both' });
    const handle = (platform: typeof merged) => platform.exits.classes.cpuid!.handle;
    const [a, b] = [handle(slow.calibrated.platform), handle(fast.calibrated.platform)];
    const both = handle(merged);
    expect(both.value).toBeCloseTo(Math.sqrt(a.value * b.value), 0);
    expect(both.low).toBe(Math.min(a.low, b.low));
    expect(both.high).toBe(Math.max(a.high, b.high));
    expect(both.source).toContain('slow: ');
    expect(both.source).toContain('fast: ');
  });

  it('lean to the heavier one, and are it when the other weighs nothing to speak of', () => {
    const leaning = mergePlatforms([slow, { ...fast, weight: 1e-9 }], { name: 'both' });
    expect(leaning.exits.switch.value).toBeCloseTo(slow.calibrated.platform.exits.switch.value, 2);
  });

  it('say what merging costs, and read back as written', () => {
    const merged = mergePlatforms([slow, fast], { name: 'both' });
    const { residuals } = merged.calibration!;
    expect(residuals.some(({ workload, error }) => workload === 'cpuid (slow)' && error < -0.1)).toBe(true);
    expect(residuals.some(({ workload, error }) => workload === 'cpuid (fast)' && error > 0.1)).toBe(true);
    expect(readPlatform('both.yaml', platformToYaml(merged))).toEqual({ ok: true, value: merged });
  });

  it('are not mixed of instructions and time', () => {
    const counted = part('counted', 1, syntheticRecord({ clock: 'instructions' }));
    expect(() => mergePlatforms([slow, counted], { name: 'both' })).toThrow(CalibrationError);
  });
});
