import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScenarioComparison } from '../../src/model/experiment/comparison.ts';
import type { SimulationResult } from '../../src/model/experiment/result.ts';
import type { Sweep } from '../../src/model/experiment/sweep.ts';
import { runNestmark } from './run-nestmark.ts';

const LAB = `
schema: nestmark/scenario@1
name: Small
host: { cores: 2, smt: 1, clock: 3 GHz, memory: 36 GiB }
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
        - { name: desktop, vcpus: 2, memory: 2 GiB, workload: desktop }
phases:
  - exercise: { for: 10 s, warm-up: 1 s }
`;

let directory: string;
let lab: string;
let crowded: string;
let other: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nestmark-experiments-'));
  const write = async (name: string, text: string): Promise<string> => {
    const file = join(directory, name);
    await writeFile(file, text);
    return file;
  };
  lab = await write('lab.yaml', LAB);
  crowded = await write(
    'crowded.yaml',
    LAB.replace('phases:', `        - { name: build, vcpus: 2, memory: 2 GiB, workload: compile }\nphases:`),
  );
  other = await write('other.yaml', LAB.replace('for: 10 s', 'for: 9 s'));
});

afterAll(() => rm(directory, { recursive: true }));

describe('nestmark compare', () => {
  const compare = (...args: string[]) => runNestmark(['compare', ...args, '--replications', '4']);

  it('finds no difference between a scenario and itself', async () => {
    const { code, stdout } = await compare(lab, lab, '--json');
    expect(code).toBe(0);
    const { answer, rows, schema } = JSON.parse(stdout) as ScenarioComparison;
    expect(schema).toBe('nestmark/comparison@1');
    expect(answer).toBe('alike');
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) expect(row).toMatchObject({ difference: 0, low: 0, high: 0, direction: 'alike' });
  });

  it('says with 1 that the second is slower, with 0 that it is faster, in files as on the screen', async () => {
    const out = join(directory, 'out');
    const worse = await compare(lab, crowded, '--out', out);
    expect(worse.code).toBe(1);
    expect(worse.stdout).toMatch(/^B is slower: the p95 slowdown of hypervisor\/desktop goes from /m);
    const document = await readFile(join(out, 'lab-vs-crowded.json'), 'utf8');
    const { rows } = JSON.parse(document) as ScenarioComparison;
    const csv = parse(await readFile(join(out, 'lab-vs-crowded.csv'), 'utf8'), { columns: true });
    expect(csv).toHaveLength(rows.length);
    const better = await compare(crowded, lab);
    expect(better.code).toBe(0);
    expect(better.stdout).toMatch(/^B is faster/m);
  });

  it('holds several against the first, on one page that report makes again of the documents', async () => {
    const out = join(directory, 'several');
    const { code, stdout } = await compare(lab, lab, crowded, '--out', out, '--json');
    expect(code).toBe(1);
    const { schema, comparisons } = JSON.parse(stdout) as {
      schema: string;
      comparisons: ScenarioComparison[];
    };
    expect(schema).toBe('nestmark/comparisons@1');
    expect(comparisons.map(({ answer }) => answer)).toEqual(['alike', 'slower']);
    const page = await readFile(join(out, 'lab-compared.html'), 'utf8');
    expect(page).toContain('id="side-by-side"');
    expect(page).toContain('1 of 2');
    const documents = ['lab', 'crowded'].map((name) => join(out, `lab-compared.${name}.json`));
    const report = await runNestmark(['report', ...documents, '--out', out]);
    expect(report).toMatchObject({ code: 0, stderr: '' });
    expect(await readFile(join(out, 'report.html'), 'utf8')).toBe(page);
  });

  it('puts profiles side by side, and report makes the same page again of what it wrote', async () => {
    const out = join(directory, 'profiles');
    const files = ['kvm-intel-shadowing', 'kvm-intel-no-shadowing'].map((name) => `platforms/${name}.yaml`);
    const { code, stdout } = await runNestmark(['compare', ...files, '--out', out]);
    expect(code).toBe(0);
    expect(stdout).toContain('Cost of one exit from L2');
    const written = join(out, 'kvm-intel-shadowing-compared');
    const report = await runNestmark(['report', `${written}.json`, '--out', out]);
    expect(report).toMatchObject({ code: 0, stderr: '' });
    expect(await readFile(join(out, 'report.html'), 'utf8')).toBe(await readFile(`${written}.html`, 'utf8'));
    const mixed = await runNestmark(['compare', files[0]!, lab]);
    expect(mixed.code).toBe(2);
    expect(mixed.stderr).toContain('found a scenario (YAML), expected a platform profile (YAML)');
  });

  it('gives the same bytes for one worker and for three', async () => {
    const [one, three] = await Promise.all(
      ['1', '3'].map((workers) => compare(lab, crowded, '--json', '--workers', workers)),
    );
    expect(three!.stdout).toBe(one!.stdout);
  });

  it('goes on until the difference is known as well as asked for, or says that it is not', async () => {
    const [one, three, few] = await Promise.all([
      compare(lab, crowded, '--json', '--precision', '20%', '--workers', '1'),
      compare(lab, crowded, '--json', '--precision', '20%', '--workers', '3'),
      compare(lab, crowded, '--precision', '0.1%', '--max-replications', '4'),
    ]);
    const { precision, replications, rows } = JSON.parse(one.stdout) as ScenarioComparison;
    expect(precision).toMatchObject({ wanted: 0.2, met: true, most: 200 });
    expect(precision!.reached).toBeLessThanOrEqual(0.2);
    expect(replications).toBeGreaterThanOrEqual(3);
    expect(rows.every(({ n }) => n === replications)).toBe(true);
    expect(three.stdout).toBe(one.stdout);
    expect(few.stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /After all 4 replications allowed, the difference in slowdown-p95 of hypervisor\/desktop is known to ±[\d.]+ %, not to the ±0.1 % asked for/,
    );
    const wrong = await compare(lab, crowded, '--precision', '5%', '--max-replications', '2');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringMatching(/--max-replications: found 2/)]);
  });

  it('does not compare exercises of unlike length, nor a scenario with a record', async () => {
    const unlike = await compare(lab, other);
    expect(unlike.code).toBe(5);
    expect(unlike.stderr).toMatch(/differ in how long/);
    const record = await compare(lab, 'record.jsonl');
    expect(record.code).toBe(2);
    expect(record.stderr).toMatch(/found a record.*expected a scenario/);
  });
});

describe('nestmark sweep', () => {
  const sweep = (...args: string[]) => runNestmark(['sweep', lab, ...args, '--replications', '3']);

  it('simulates every combination, tidily, and finds the knee', async () => {
    const out = join(directory, 'sweep');
    const { code, stdout } = await sweep(
      ...['--vary', 'seats=1..4', '--vary', 'template.vms[0].vms[desktop].vcpus=1,2', '--out', out],
    );
    expect(code).toBe(0);
    const document = JSON.parse(await readFile(join(out, 'lab-sweep.json'), 'utf8')) as Sweep;
    expect(document.schema).toBe('nestmark/sweep@1');
    expect(document.cells.map(({ settings, status }) => [...settings, status])).toEqual([
      [1, 1, 'simulated'],
      [1, 2, 'simulated'],
      [2, 1, 'simulated'],
      [2, 2, 'simulated'],
      [3, 1, 'simulated'],
      [3, 2, 'simulated'],
      [4, 1, 'simulated'],
      [4, 2, 'simulated'],
    ]);
    expect(document.knees.map(({ settings, entity }) => [...settings, entity])).toEqual([
      [null, 1, 'hypervisor/desktop'],
      [null, 2, 'hypervisor/desktop'],
    ]);
    expect(stdout).toMatch(/Knee of hypervisor\/desktop, /);
    const csv = parse(await readFile(join(out, 'lab-sweep.csv'), 'utf8'), { columns: true }) as Record<
      string,
      string
    >[];
    const rows = document.cells.flatMap((cell) => (cell.status === 'simulated' ? cell.rows : []));
    expect(csv).toHaveLength(rows.length);
    expect(csv[0]).toMatchObject({ seats: '1', 'template.vms[0].vms[desktop].vcpus': '1' });
  });

  it('has in each cell what simulating it alone has', async () => {
    const swept = JSON.parse((await sweep('--vary', 'seats=1,2', '--json')).stdout) as Sweep;
    const alone = JSON.parse(
      (await runNestmark(['simulate', lab, '--replications', '3', '--json'])).stdout,
    ) as SimulationResult;
    const cell = swept.cells[1]!;
    // Each replication's value only where two sweeps are held against each other by it: of the tail and of waiting.
    const rows = alone.rows.map(({ sample: _, ...row }) => row);
    expect(cell.status === 'simulated' && cell.rows).toEqual(rows);
    expect(alone.rows).toContainEqual(cell.status === 'simulated' && cell.ready);
  });

  it('replicates each combination as often as it takes', async () => {
    const args = ['--vary', 'seats=1,4', '--precision', '0.1%', '--max-replications', '6'];
    const { code, stdout } = await sweep(...args, '--json');
    const { cells, replications } = JSON.parse(stdout) as Sweep;
    expect(replications).toBe(3);
    const seen = cells.flatMap((cell) => (cell.status === 'simulated' ? [cell] : []));
    expect(seen).toHaveLength(2);
    for (const { precision, replications: own, rows, findings } of seen) {
      expect(precision).toMatchObject({ wanted: 0.001, most: 6 });
      expect(rows.every(({ n }) => n === own)).toBe(true);
      expect(findings.some(({ code: found }) => found === 'precision-not-reached')).toBe(!precision!.met);
      expect(precision!.met || own === 6).toBe(true);
    }
    expect(seen.some(({ precision }) => !precision!.met)).toBe(true);
    expect(code).toBe(4);
    expect((await sweep(...args)).stdout).toMatch(
      /after all 6 replications allowed, .*\snot\sto\sthe\s±0.1 %/s,
    );
  });

  it('goes on past a combination that does not fit, and refuses an experiment of nothing else', async () => {
    const partly = await sweep('--vary', 'seats=1,100');
    expect(partly.code).toBe(0);
    expect(partly.stdout).toMatch(/seats=100 is no sound scenario: .*expected at most the 36 GiB/s);
    const never = await sweep('--vary', 'seats=0');
    expect(never.code).toBe(2);
    expect(never.stderr).toMatch(/seats: found 0/);
    const typo = await sweep('--vary', 'seets=1');
    expect(typo.stderr).toMatch(/did you mean seats/);
  });

  it('takes platforms by name, and needs something to vary', async () => {
    const { stdout } = await sweep('--vary', 'platform=kvm-intel-shadowing,kvm-intel-no-shadowing', '--json');
    const { cells } = JSON.parse(stdout) as Sweep;
    expect(cells.map((cell) => cell.status === 'simulated' && cell.platform.name)).toEqual([
      'kvm-intel-shadowing',
      'kvm-intel-no-shadowing',
    ]);
    expect((await runNestmark(['sweep', lab])).code).toBe(2);
  });
});
