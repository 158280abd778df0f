import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RecordCounters, RecordSamples } from '../../src/bench/record/record.ts';
import { calibrate } from '../../src/calibrate/calibrate.ts';
import { CalibrationError } from '../../src/calibrate/measured/calibration-error.ts';
import { EXIT_PROBES } from '../../src/calibrate/measured/probes.ts';
import { platformToYaml } from '../../src/calibrate/profile/platform-yaml.ts';
import { readPlatform } from '../../src/model/scenario/read-platform.ts';
import { exitFigures } from './exit-figures.ts';
import { syntheticRecord } from './synthetic-record.ts';

const WORKLOADS = [
  ...EXIT_PROBES.map(({ workload }) => workload),
  ...['page-touch-again', 'alu-loop', 'timer-overhead', 'hash', 'compress', 'timer-sleep'],
];

const level = fc.integer({ min: 0, max: 3 });
const cost = fc.oneof(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.constantFrom(0, 1, 40, 3_000));

/** One workload at every level, some left out; what a level adds may be nothing, or less than nothing. */
const ofWorkload = (workload: string): fc.Arbitrary<readonly RecordSamples[]> =>
  fc
    .array(
      fc.option(fc.record({ cost, spread: fc.double({ min: 0, max: 0.5, noNaN: true }) }), { freq: 4 }),
      {
        minLength: 3,
        maxLength: 4,
      },
    )
    .map((levels) =>
      levels.flatMap((at, index): RecordSamples[] => {
        if (at === null) return [];
        const values = [1, 1 - at.spread, 1 + at.spread, 1].map(
          (factor) => factor * at.cost * (1 + 4 * index),
        );
        return [
          {
            kind: 'samples',
            boot: 1,
            block: 1,
            outliers: [],
            level: index,
            workload,
            class: 'exit',
            unit: 'ns',
            values,
            operationsPerSample: 1,
            warmUp: 0,
            checksum: null,
          },
        ];
      }),
    );

const samples = fc.tuple(...WORKLOADS.map(ofWorkload)).map((each) => each.flat());

const count = fc.double({ min: 0, max: 2_000, noNaN: true });
const delta = fc.oneof(
  fc.record({ exits: count, nested_run: count, io_exits: count, pf_taken: count }, { requiredKeys: [] }),
  fc.record({ cpuid: count, vmrun: count, vmload: count, msr: count, npf: count }, { requiredKeys: [] }),
);
const counters: fc.Arbitrary<RecordCounters> = fc
  .record({
    level,
    above: fc.integer({ min: 1, max: 2 }),
    workload: fc.constantFrom(...WORKLOADS),
    operations: fc.integer({ min: 0, max: 500 }),
    delta,
  })
  .map(({ level: at, above, workload, operations, delta: grown }) => ({
    kind: 'counters',
    boot: 1,
    block: 1,
    level: at,
    workloadLevel: at + above,
    workload,
    operations,
    source: 'any',
    delta: grown as Record<string, number>,
  }));

it('makes of any record a profile that can be read and simulated, or says why not', () => {
  const base = syntheticRecord();
  let made = 0;
  fc.assert(
    fc.property(
      samples,
      fc.array(counters, { maxLength: 30 }),
      fc.constantFrom('time' as const, 'instructions' as const),
      (lines, counted, clock) => {
        const header = { ...base.header, clock, nsPerInstruction: clock === 'time' ? null : 2 };
        const record = { ...base, header, samples: lines, counters: counted };
        let platform: ReturnType<typeof calibrate>['platform'];
        try {
          ({ platform } = calibrate(record, { name: 'any', sha256: 'ab', replicates: 20 }));
        } catch (error) {
          expect(error).toBeInstanceOf(CalibrationError);
          return;
        }
        made++;
        for (const { low, value, high, source } of exitFigures(platform)) {
          expect(Number.isFinite(high), source).toBe(true);
          expect(low, source).toBeGreaterThanOrEqual(0);
          expect(low, source).toBeLessThanOrEqual(value);
          expect(value, source).toBeLessThanOrEqual(high);
        }
        expect(readPlatform('any.yaml', platformToYaml(platform))).toEqual({ ok: true, value: platform });
      },
    ),
    { numRuns: 150 },
  );
  expect(made).toBeGreaterThan(50);
});
