import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pooled } from '../../src/bench/record/pool.ts';
import { readRecordFile } from '../../src/bench/record/record-file.ts';
import { summarise } from '../../src/bench/record/summarise.ts';
import type { SimulationResult } from '../../src/model/experiment/result.ts';
import { projectRoot, runNestmark } from './run-nestmark.ts';

/** What a calibration fits, and what it predicts. */
const MEASURED = [
  ...['timer-overhead', 'alu-loop', 'syscall', 'cpuid', 'pio', 'mmio', 'msr-read', 'msr-write', 'hypercall'],
  ...['timer-sleep', 'hash', 'compress', 'file-sync'],
];

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nestmark-loop-'));
});

afterAll(() => rm(directory, { recursive: true }));

describe('the whole loop on a real L1 and L2', () => {
  it('measures, calibrates, simulates and reports', { timeout: 1_000_000, retry: 1 }, async () => {
    const record = join(directory, 'record.jsonl');
    const profile = join(directory, 'measured-here.yaml');
    const out = join(directory, 'out');

    const measured = await runNestmark([
      'bench',
      '--lab',
      'emulated',
      '--clock',
      'instructions',
      '--effort',
      'small',
      '--blocks',
      '1',
      '--only',
      ...MEASURED,
      '--out',
      record,
    ]);
    // A boot that hung and was tried again is said on stderr, and is no failure.
    expect(measured.code, measured.stderr).toBe(0);
    const read = await readRecordFile(record);
    const { levels, missing, blocks, end } = read;
    const { samples } = pooled(read);
    expect(missing).toEqual([]);
    expect(end?.levelsReached).toEqual([0, 1, 2]);
    expect(levels.map(({ accelerator }) => accelerator)).toMatchObject([
      { name: 'emulated-cpu', verified: true },
      { name: 'kvm', verified: true },
      { name: 'kvm', verified: true },
    ]);
    // Whatever else this machine does may disturb a block: then it says by what.
    expect(blocks.map(({ block }) => block)).toEqual([1]);
    for (const { valid, reasons } of blocks) expect(reasons.length === 0).toBe(valid);
    const median = (workload: string, level: number): number => {
      const found = samples.find((entry) => entry.workload === workload && entry.level === level);
      expect(found, `${workload} at level ${level}`).toBeDefined();
      return summarise(found!).median;
    };
    for (const control of ['alu-loop', 'syscall']) {
      for (const level of [1, 2]) expect(median(control, level) / median(control, 0)).toBeCloseTo(1, 2);
    }
    expect(median('cpuid', 1)).toBeGreaterThan(100 * median('cpuid', 0));
    expect(median('cpuid', 2)).toBeGreaterThan(5 * median('cpuid', 1));
    for (const workload of ['hash', 'compress', 'file-sync']) {
      const checksums = samples
        .filter((entry) => entry.workload === workload)
        .map(({ checksum }) => checksum);
      expect(checksums).toHaveLength(3);
      expect(new Set(checksums).size).toBe(1);
    }

    const calibrated = await runNestmark(['calibrate', record, '--out', profile]);
    expect(calibrated.stderr).toBe('');
    expect(calibrated.code).toBe(0);

    const scenario = join(projectRoot, 'scenarios/emulated-lab.yaml');
    const simulated = await runNestmark([
      'simulate',
      scenario,
      '--platform',
      profile,
      '--replications',
      '3',
      '--out',
      out,
    ]);
    expect(simulated.code, simulated.stderr).toBe(0);
    const result = JSON.parse(await readFile(join(out, 'emulated-lab.json'), 'utf8')) as SimulationResult;
    expect(result.platform.name).toBe('measured-here');
    expect(result.platform.bases.measured).toBeGreaterThan(0);
    const slowdown = result.rows.find(
      ({ entity, metric }) => entity === 'hypervisor/web' && metric === 'slowdown',
    );
    expect(slowdown?.mean).toBeGreaterThan(1);

    const reported = await runNestmark([
      'report',
      record,
      profile,
      join(out, 'emulated-lab.json'),
      '--out',
      out,
    ]);
    expect(reported.code, reported.stderr).toBe(0);
    const page = await readFile(join(out, 'report.html'), 'utf8');
    for (const heading of ['What was measured', 'What was fitted', 'What was predicted'])
      expect(page).toContain(heading);
  });
});
