import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pooled } from '../../src/bench/record/pool.ts';
import { readRecordFile } from '../../src/bench/record/record-file.ts';
import { summarise } from '../../src/bench/record/summarise.ts';
import type { SimulationResult } from '../../src/model/experiment/result.ts';
import { projectRoot, runNestmark } from './run-nestmark.ts';

/** What a calibration fits, what it predicts, and something of each part of the machine. */
const MEASURED = [
  ...['timer-overhead', 'alu-loop', 'syscall', 'cpuid', 'pio', 'mmio', 'msr-read', 'msr-write', 'hypercall'],
  ...['page-touch', 'page-touch-again', 'timer-sleep', 'hash', 'compress', 'file-sync'],
  ...['chase-32m', 'fork-exec', 'random-read', 'request-small', 'http-request'],
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
      '2',
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
    expect(blocks.map(({ block, valid, reasons }) => [block, valid, reasons])).toEqual([
      [1, true, []],
      [2, true, []],
    ]);
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

  it('leaves nothing behind when it is interrupted', { timeout: 300_000, retry: 1 }, async () => {
    const record = join(directory, 'interrupted.jsonl');
    const child = spawn(
      process.execPath,
      [
        join(projectRoot, 'bin/nestmark.js'),
        'bench',
        '--lab',
        'emulated',
        '--effort',
        'small',
        '--out',
        record,
      ],
      { stdio: 'ignore' },
    );
    const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
    await until(async () => (await emulators(child.pid!)).length > 0);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    await until(async () => (await emulators(child.pid!)).length === 0);
    expect((await readdir(directory)).filter((name) => name.startsWith('interrupted'))).toEqual([]);
  });
});

/** QEMU processes started by `parent`, or left behind by it (adopted by init) on the emulated lab's image. */
async function emulators(parent: number): Promise<string[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    processes.map(async (pid) => {
      try {
        const [status, command] = await Promise.all([
          readFile(`/proc/${pid}/stat`, 'utf8'),
          readFile(`/proc/${pid}/cmdline`, 'utf8'),
        ]);
        const [, ppid] = status.slice(status.lastIndexOf(')') + 2).split(' ');
        return command.includes('qemu-system') && (Number(ppid) === parent || ppid === '1') ? [pid] : [];
      } catch {
        return [];
      }
    }),
  );
  return found.flat();
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 200));
}
