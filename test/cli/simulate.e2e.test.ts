import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SimulationResult } from '../../src/model/experiment/result.ts';
import { runNestmark } from './run-nestmark.ts';

const SMALL_LAB = `
schema: nestmark/scenario@1
name: Two seats
host: { cores: 2, smt: 1, clock: 3 GHz, memory: 32 GiB }
platform: kvm-intel-shadowing
seats: 2
switch: { promiscuous: true, forged-transmits: true, mac-changes: true }
template:
  vms:
    - name: hypervisor
      vcpus: 2
      memory: 8 GiB
      hypervisor: { switch: { forged-transmits: true, mac-changes: true, mac-learning: true } }
      vms:
        - { name: web, vcpus: 1, memory: 2 GiB, workload: web-server }
        - { name: desktop, vcpus: 1, memory: 2 GiB, workload: desktop }
phases:
  - exercise: { for: 10 s, warm-up: 1 s }
`;

let directory: string;
let scenario: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nestmark-simulate-'));
  scenario = join(directory, 'two-seats.yaml');
  await writeFile(scenario, SMALL_LAB);
});

afterAll(() => rm(directory, { recursive: true }));

const simulate = (...args: string[]) => runNestmark(['simulate', scenario, '--replications', '4', ...args]);

describe('nestmark simulate', () => {
  it('gives the same bytes for one worker, for three, and again', async () => {
    const [one, three, again] = await Promise.all([
      simulate('--json', '--workers', '1'),
      simulate('--json', '--workers', '3'),
      simulate('--json', '--workers', '3'),
    ]);
    expect(one.code).toBe(0);
    expect(three.stdout).toBe(one.stdout);
    expect(again.stdout).toBe(one.stdout);
    const other = await simulate('--json', '--seed', '2');
    expect(other.stdout).not.toBe(one.stdout);
  });

  it('replicates until the precision wanted, as often for one worker as for three', async () => {
    const precise = (...args: string[]) => simulate('--precision', '15%', '--json', ...args);
    const [one, three] = await Promise.all([precise('--workers', '1'), precise('--workers', '3')]);
    expect(three.stdout).toBe(one.stdout);
    expect(one.code).toBe(0);
    const { precision, replications } = JSON.parse(one.stdout) as SimulationResult;
    expect(precision).toMatchObject({
      wanted: 0.15,
      met: true,
      figure: 'slowdown-p95 of hypervisor/desktop',
    });
    expect(precision?.reached).toBeLessThan(0.15);
    expect(replications).toBeGreaterThanOrEqual(4);
  });

  it('says in words, and with 4, that the replications allowed were too few for the precision', async () => {
    const { code, stdout } = await simulate('--precision', '0.1%', '--max-replications', '6');
    expect(code).toBe(4);
    expect(stdout).toMatch(/6 replications .*seed 1/);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /After all 6 replications allowed, slowdown-p95 of .* not to the ±0\.1 % asked for/,
    );
  });

  it('refuses a precision that is none', async () => {
    for (const wrong of ['0', '100%', '5 percent', '-1%']) {
      const { code, stderr } = await simulate(`--precision=${wrong}`);
      expect(code).toBe(2);
      expect(stderr).toMatch(/share above 0 % and below 100 %/);
    }
  });

  it('prints one JSON document and nothing else with --json', async () => {
    const { stdout, stderr } = await simulate('--json');
    const result = JSON.parse(stdout) as SimulationResult;
    expect(result.schema).toBe('nestmark/result@1');
    expect(stderr).toBe('');
  });

  it('writes a page, a table and a document that say the same, whole', async () => {
    const out = join(directory, 'out');
    const { code, stdout } = await simulate('--out', out);
    expect(code).toBe(0);
    const files = (await readdir(out)).sort();
    expect(files).toEqual(['two-seats.csv', 'two-seats.html', 'two-seats.json']);
    for (const file of files) expect(stdout).toContain(join(out, file));
    const { rows } = JSON.parse(await readFile(join(out, 'two-seats.json'), 'utf8')) as SimulationResult;
    const csv = parse(await readFile(join(out, 'two-seats.csv'), 'utf8'), { columns: true }) as Record<
      string,
      string
    >[];
    expect(csv).toHaveLength(rows.length);
    rows.forEach((row, line) => {
      const { sample: _, ...figures } = row;
      for (const [column, value] of Object.entries(figures)) {
        expect(csv[line]?.[column]).toBe(value === null ? '' : String(value));
      }
    });
  });

  it('has every metric of the design, of every level, with its interval', async () => {
    const { stdout } = await simulate('--json');
    const { rows } = JSON.parse(stdout) as SimulationResult;
    const seen = new Set(rows.map(({ entity, metric }) => `${entity} ${metric}`));
    for (const role of ['hypervisor/web', 'hypervisor/desktop']) {
      for (const metric of [
        'slowdown',
        'slowdown-p95',
        'response',
        'throughput',
        'running',
        'ready',
        'steal',
        'hidden-steal',
      ]) {
        expect(seen).toContain(`${role} ${metric}`);
      }
    }
    for (const metric of ['cpu-guest', 'cpu-hypervisor', 'cpu-switch', 'cpu-spin', 'cpu-idle']) {
      expect(seen).toContain(`host ${metric}`);
    }
    for (const metric of ['frames-delivered', 'frames-copied', 'frames-dropped'])
      expect(seen).toContain(`host ${metric}`);
    for (const row of rows) {
      expect(row.n).toBe(4);
      expect(row.low).toBeLessThanOrEqual(row.mean);
      expect(row.high).toBeGreaterThanOrEqual(row.mean);
    }
    const parts = ['running', 'ready', 'co-stop', 'limited', 'halted'];
    const whole = rows
      .filter(({ entity, metric }) => entity === 'hypervisor/web' && parts.includes(metric))
      .reduce((sum, { mean }) => sum + mean, 0);
    expect(whole).toBeCloseTo(100, 6);
    const cpu = rows
      .filter(({ metric }) => metric.startsWith('cpu-'))
      .reduce((sum, { mean }) => sum + mean, 0);
    expect(cpu).toBeCloseTo(100, 6);
  });

  it('ends with 1 when a target is missed, and says which', async () => {
    const strict = join(directory, 'strict.yaml');
    await writeFile(strict, `${SMALL_LAB}targets: { probe-p95-slowdown: 1 }\n`);
    const { code, stdout } = await runNestmark(['simulate', strict, '--replications', '20']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^No\. .*p95 slowdown/m);
  });

  it('refuses what is no scenario with exit code 2, a place and no stack trace, and writes nothing', async () => {
    const broken: Record<string, [text: string, message: RegExp]> = {
      'wrong-unit.yaml': [
        SMALL_LAB.replace('clock: 3 GHz', 'clock: 3 GiB'),
        /wrong-unit\.yaml:\d+:\d+: .*GHz/,
      ],
      'unknown-key.yaml': [
        SMALL_LAB.replace('seats: 2', 'seats: 2\nseat: 3'),
        /unknown-key\.yaml:\d+:\d+: .*seat/,
      ],
      'too-large.yaml': [
        SMALL_LAB.replace('memory: 8 GiB', 'memory: 80 GiB'),
        /too-large\.yaml:\d+:\d+: .*memory/,
      ],
      'negative.yaml': [
        SMALL_LAB.replace('workload: web-server', 'workload: { arrivals: { kind: open, rate: -1 /s } }'),
        /negative\.yaml:\d+:\d+: .*rate/,
      ],
      'not-yaml.yaml': ['a: [1, 2', /not-yaml\.yaml:\d+:\d+: /],
      'empty.yaml': ['', /empty\.yaml/],
    };
    for (const [name, [text, message]] of Object.entries(broken)) {
      const file = join(directory, name);
      await writeFile(file, text);
      const out = join(directory, `out-${name}`);
      const { code, stdout, stderr } = await runNestmark(['simulate', file, '--out', out]);
      expect(code, name).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/\n\s+at /);
      await expect(readdir(out)).rejects.toThrow(/ENOENT/);
    }
    const missing = await runNestmark(['simulate', join(directory, 'no-such.yaml')]);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/no-such\.yaml/);
  });

  it('refuses a huge file at once', async () => {
    const huge = join(directory, 'huge.yaml');
    await writeFile(huge, Buffer.alloc(200 * 1024 * 1024, 'a: 1\n'));
    const { code, stderr } = await runNestmark(['simulate', huge]);
    await rm(huge);
    expect(code).toBe(2);
    expect(stderr).toMatch(/huge\.yaml: .*MiB/);
  });
});
