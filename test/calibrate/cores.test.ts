import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRecord } from '../../src/bench/record/read-record.ts';
import type { BenchRecord, RecordSamples, RecordSkipped } from '../../src/bench/record/record.ts';
import { calibrate, coresOfAnother } from '../../src/calibrate/calibrate.ts';
import { calibrateTable } from '../../src/calibrate/calibrate-table.ts';
import { fitRefill, type Refill, refillOf } from '../../src/calibrate/fit/refill-fit.ts';
import { platformToYaml } from '../../src/calibrate/profile/platform-yaml.ts';
import { readPublishedTable } from '../../src/calibrate/published-table.ts';
import { RandomStream } from '../../src/model/kernel/random-stream.ts';
import { readPlatform } from '../../src/model/scenario/read-platform.ts';
import { syntheticRecord } from './synthetic-record.ts';

const SIZES = { '16k': 16, '64k': 64, '256k': 256, '1m': 1024, '4m': 4096 };

/** A machine of known cores: what a move costs by KiB, and what both threads get done. */
interface Cores {
  readonly refill?: (kib: number) => number;
  readonly throughput?: { readonly integer: number; readonly mixed: number };
  readonly sigma?: number;
  readonly processor?: string;
  readonly accelerator?: 'none' | 'emulated-cpu';
}

function recordOf({
  refill,
  throughput,
  sigma = 0,
  processor = 'Some CPU',
  accelerator = 'none',
}: Cores): BenchRecord {
  const record = syntheticRecord();
  const line = (workload: string, cost: number): RecordSamples[] =>
    [0, 1].map((level) => {
      const stream = RandomStream.named(1, 0, `cores/${level}/${workload}`);
      const values = Array.from({ length: 41 }, () => cost * Math.exp(sigma * stream.normal()));
      return { ...record.samples[0]!, level, workload, class: 'memory', values, warmUp: 0 };
    });
  const stayed = (kib: number): number => 30 * kib;
  return {
    ...record,
    levels: record.levels.map((level) => ({
      ...level,
      accelerator: { ...level.accelerator, name: level.level === 0 ? accelerator : 'kvm' },
      environment: { ...level.environment, 'cpu.model-name': processor },
    })),
    samples: [
      ...record.samples,
      ...(refill === undefined
        ? []
        : Object.entries(SIZES).flatMap(([size, kib]) => [
            ...line(`stayed-${size}`, stayed(kib)),
            ...line(`moved-${size}`, stayed(kib) + refill(kib)),
          ])),
      ...Object.entries(throughput ?? {}).flatMap(([loop, together]) => [
        ...line(`core-alone-${loop}`, 3_000),
        ...line(`core-both-${loop}`, 6_000 / together),
      ]),
    ],
  };
}

const options = { name: 'cores', sha256: 'a'.repeat(64), replicates: 200 };
const platformOf = (record: BenchRecord, more = {}) => calibrate(record, { ...options, ...more }).platform;

const rowsOf = (refill: (kib: number) => number): Refill[] =>
  Object.entries(SIZES).map(([size, kib]) => {
    const value = refill(kib);
    return { size, kib, refill: { value, low: value, high: value }, stayed: 30 * kib, relativeError: 0.01 };
  });

describe('what a move to another core costs', () => {
  it('is found again by working set, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 100, max: 1e5, noNaN: true }),
        fc.double({ min: 10, max: 1e4, noNaN: true }),
        (fixed, perKib) => {
          const fit = fitRefill(
            0,
            rowsOf((kib) => fixed + perKib * kib),
          )!;
          expect(fit.fixed).toBeCloseTo(fixed, fixed > 1e3 ? 0 : 1);
          expect(fit.perKib / perKib).toBeCloseTo(1, 4);
          expect(fit.heldKib).toBeNull();
          for (const { row, refill } of fit.leftOut) expect(refill / row.refill.value).toBeCloseTo(1, 3);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('has the limit of what caches keep, where there is one', () => {
    const costs = { fixed: 2_000, perKib: 500, heldKib: 256 };
    const noise = [1.01, 0.99, 1.01, 0.99, 1.01];
    const rows = rowsOf((kib) => refillOf(costs, kib)).map((row, i) => {
      const value = row.refill.value * noise[i]!;
      return { ...row, refill: { value, low: value, high: value } };
    });
    const fit = fitRefill(0, rows)!;
    expect(fit.heldKib).toBe(256);
    expect(fit.at(4096).value).toBe(fit.at(256).value);
  });

  it('is not told from fewer than three sizes', () => {
    expect(fitRefill(0, rowsOf((kib) => 100 * kib).slice(0, 2))).toBeNull();
  });

  it('becomes the profile’s cache refill, of the working set that is named, which the truth lies in', () => {
    const record = recordOf({ refill: (kib) => 5_000 + 800 * kib, sigma: 0.02 });
    const named = platformOf(record, { workingSet: 512 }).cacheRefill!;
    expect(named.value / (5_000 + 800 * 512)).toBeCloseTo(1, 1);
    expect(named.low).toBeLessThan(5_000 + 800 * 512);
    expect(named.high).toBeGreaterThan(5_000 + 800 * 512);
    expect(named.basis).toBe('derived');
    const assumed = platformOf(record).cacheRefill!;
    expect(assumed.value / (5_000 + 800 * 256)).toBeCloseTo(1, 1);
    expect(assumed.low).toBeLessThan(5_000 + 800 * 64);
    expect(assumed.high).toBeGreaterThan(5_000 + 800 * 1024);
  });

  it('is predicted for each size from the others, and the profile can be read again', () => {
    const platform = platformOf(recordOf({ refill: (kib) => 5_000 + 800 * kib }));
    const rows = platform.calibration!.residuals.filter(
      ({ workload, level, fitted, predicted }) =>
        workload.startsWith('moved-') && level === 0 && !fitted && predicted > 0,
    );
    expect(rows.map(({ workload }) => workload)).toEqual(Object.keys(SIZES).map((size) => `moved-${size}`));
    for (const { error } of rows) expect(Math.abs(error)).toBeLessThan(0.01);
    const read = readPlatform('cores.yaml', platformToYaml(platform));
    expect(read.ok && read.value.cacheRefill).toEqual(platform.cacheRefill);
  });
});

describe('what both threads of a core get done', () => {
  it('is the mean of the loops, with the bounds of all', () => {
    const { smtThroughput } = platformOf(
      recordOf({ throughput: { integer: 1.1, mixed: 1.44 }, sigma: 0.01 }),
    );
    expect(smtThroughput.value).toBeCloseTo(Math.sqrt(1.1 * 1.44), 1);
    expect(smtThroughput.low).toBeLessThan(1.11);
    expect(smtThroughput.high).toBeGreaterThan(1.42);
    expect(smtThroughput.basis).toBe('measured');
  });

  it.each([0.5, 2.5])('is refused when it is %d, which two threads of a core cannot be', (together) => {
    const { smtThroughput, calibration } = platformOf(
      recordOf({ throughput: { integer: together, mixed: together } }),
    );
    expect(smtThroughput.basis).toBe('published');
    expect(calibration!.notes.join('\n')).toMatch(
      /SMT throughput is not identified: .*not between one and two/,
    );
  });
});

describe('a record of a kernel that shows two threads of one core', () => {
  const file = new URL('../fixtures/records/cores-two-threads.jsonl', import.meta.url);
  const record = readRecord(readFileSync(file, 'utf8'), 'cores-two-threads.jsonl');
  const cores = (name: 'emulated-cpu' | 'none') => {
    const levels = record.levels.map((level) => ({ ...level, accelerator: { ...level.accelerator, name } }));
    return coresOfAnother({ ...record, levels }, options);
  };

  it('has both loops, alone and beside themselves; emulated, each thread has a processor of its own', () => {
    const { smt } = cores('none');
    expect(smt!.rows.map(({ loop }) => loop)).toEqual(['integer', 'mixed']);
    for (const { throughput } of smt!.rows) {
      expect(throughput.value).toBeGreaterThan(1.9);
      expect(throughput.value).toBeLessThan(2.1);
    }
  });

  it('tells nothing of cores, and so is not fitted on', () => {
    const { figures, notes } = cores('emulated-cpu');
    expect(figures).toEqual({});
    expect(notes[0]).toContain('an emulated processor has no two threads of one core');
  });
});

describe('where a record does not tell, the profile says why', () => {
  it('an emulated processor has neither', () => {
    const { cacheRefill, smtThroughput, calibration } = platformOf(
      recordOf({
        refill: (kib) => 800 * kib,
        throughput: { integer: 1.1, mixed: 1.3 },
        accelerator: 'emulated-cpu',
      }),
    );
    expect(cacheRefill).toBeUndefined();
    expect(smtThroughput.basis).toBe('published');
    const notes = calibration!.notes.join('\n');
    expect(notes).toContain('an emulated processor has no caches');
    expect(notes).toContain('an emulated processor has no two threads of one core');
  });

  it('what the level said when it was asked', () => {
    const skipped: RecordSkipped[] = ['core-alone-mixed', 'moved-16k'].map((workload) => ({
      ...{ kind: 'skipped', level: 0, workload },
      reason: 'it takes two of them',
    }));
    const notes = platformOf({ ...recordOf({}), skipped }).calibration!.notes.join('\n');
    expect(notes.match(/level 0 says: it takes two of them/g)).toHaveLength(2);
  });
});

describe('cores of another record', () => {
  const processor = recordOf({ refill: (kib) => 800 * kib, throughput: { integer: 1.2, mixed: 1.2 } });

  it('of the same processor', () => {
    const { cacheRefill, smtThroughput } = platformOf(recordOf({}), { processor, workingSet: 256 });
    expect(cacheRefill!.value / (800 * 256)).toBeCloseTo(1, 2);
    expect(smtThroughput.value).toBeCloseTo(1.2, 2);
  });

  it('of another one is refused', () => {
    expect(() => platformOf(recordOf({ processor: 'Another CPU' }), { processor })).toThrow(
      /found the processor "Some CPU", expected "Another CPU"/,
    );
  });

  it('goes with published costs, which have no cores: a record of two real ones', () => {
    const record = new URL('../fixtures/records/cores-here.jsonl', import.meta.url);
    const processor = readRecord(readFileSync(record, 'utf8'), 'cores-here.jsonl');
    const file = new URL('../../platforms/published/pvm.yaml', import.meta.url);
    const table = readPublishedTable('pvm.yaml', readFileSync(file, 'utf8'));
    if (!table.ok) throw new Error('the table cannot be read');
    const { platform } = calibrateTable(table.value, { ...options, processor });
    // A hundred nanoseconds for each line that comes from another core, which are 16 in a KiB.
    expect(platform.cacheRefill!.value).toBeGreaterThan(256 * 16 * 50);
    expect(platform.cacheRefill!.value).toBeLessThan(256 * 16 * 300);
    expect(platform.smtThroughput.basis).toBe('published');
    expect(platform.calibration!.notes.join('\n')).toContain(
      'SMT throughput is not identified: level 1 says: the kernel shows processor 0 as the only thread of its core',
    );
  });
});
