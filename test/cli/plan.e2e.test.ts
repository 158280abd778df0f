import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as collect } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot, runNestmark } from './run-nestmark.ts';

const closed = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.on('close', (code) => resolve(code)));

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nestmark-plan-'));
});

afterAll(() => rm(directory, { recursive: true }));

const question = ['plan', 'ec2-malware-lab', '--seats', '3', '--hosts', 'r8i.xlarge|x8i.large'];

describe('nestmark plan', () => {
  it('answers in words, tables, a page and a document, with every number explained', async () => {
    const run = await runNestmark([
      ...question,
      '--price-date',
      '2026-08-01',
      '--explain',
      '--out',
      directory,
    ]);
    expect(run.stderr).toBe('');
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/^Take 3 × r8i\.xlarge|^Take 3 × x8i\.large/m);
    expect(run.stdout).toContain('How sure');
    expect(run.stdout).toMatch(/size of sandbox = 2 × 2 vCPU, 6 GiB \[published\] win10/);
    const document = JSON.parse(readFileSync(join(directory, 'ec2-malware-lab.plan.json'), 'utf8'));
    expect(document).toMatchObject({ schema: 'nestmark/plan@1', complete: true, question: { seats: 3 } });
    expect(document.hosts).toHaveLength(2);
    const page = readFileSync(join(directory, 'ec2-malware-lab.plan.html'), 'utf8');
    expect(page).toContain('EC2 malware lab');
    expect(page).toMatch(/Content-Security-Policy.*default-src/);
    expect(page).toContain(
      'nestmark plan ec2-malware-lab --seats 3 --hosts &#39;r8i.xlarge|x8i.large&#39; --probability 0.95 --price-date 2026-08-01 --seed 1</code>',
    );

    const plan = join(directory, 'ec2-malware-lab.plan.json');
    const again = await runNestmark(['report', plan, '--out', directory, '--format', 'html', 'csv', 'png']);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(join(directory, 'report.html'), 'utf8')).toBe(page);
    expect(readFileSync(join(directory, 'report.seats.png')).subarray(1, 4).toString()).toBe('PNG');
    expect(readFileSync(join(directory, 'report.seats.csv'), 'utf8')).toMatch(/^Seats,/);
    expect(readFileSync(join(directory, 'report.where-every-number-comes-from.csv'), 'utf8')).toMatch(
      /\ncoming up of sandbox,"Windows comes up/,
    );
    const crowd = await runNestmark(['report', plan, plan, '--out', directory]);
    expect(crowd.code).toBe(2);
    expect(crowd.stderr).toContain('a plan');
  }, 120_000);

  it('asked quickly, answers what fits and leaves the rest out', async () => {
    const run = await runNestmark([...question, '--quick']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    expect(run.stdout).toMatch(/^Take 3 × (r8i\.xlarge|x8i\.large)/m);
    expect(run.stdout.replaceAll(/\s+/g, ' ')).toContain('a quick answer, by the fluid engine alone');
    expect(run.stdout).not.toContain('How sure');
  }, 60_000);

  it('plans a class of a service on the hosts of that service, unless told otherwise', async () => {
    const run = await runNestmark(['plan', 'sales-demo-laptop', '--quick', '--json']);
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const { question: asked, hosts } = JSON.parse(run.stdout);
    expect(asked).toMatchObject({ hosts: 'own' });
    expect(asked.command).not.toContain('--hosts');
    expect(new Set(hosts.map(({ catalogue }: { catalogue: string }) => catalogue))).toEqual(new Set(['own']));
  }, 60_000);

  it('gives the same document with one worker and with three', async () => {
    const one = await runNestmark([...question, '--json', '--workers', '1']);
    const three = await runNestmark([...question, '--json', '--workers', '3']);
    expect(three.stdout).toBe(one.stdout);
    expect(JSON.parse(one.stdout).schema).toBe('nestmark/plan@1');
  }, 120_000);

  it.each([
    [['plan', 'vsphere-curse'], 'did you mean vsphere-course'],
    [['plan', 'vsphere-course', '--hosts', 'nothing-like-it'], 'none of'],
    [['plan', 'vsphere-course', '--hosts', 'memorry>=64GiB'], 'did you mean memory'],
    [['plan', 'vsphere-course', '--target', 'nice'], 'comfortable, workable, demo'],
    [['plan', 'two-hypervisors'], 'without plan:'],
    [['plan', 'vsphere-course', '--price-date', 'yesterday'], 'expected a date'],
  ])(
    '%s is refused',
    async (arguments_, message) => {
      const run = await runNestmark(arguments_);
      expect(run.code).toBe(2);
      expect(run.stdout).toBe('');
      expect(run.stderr).toContain(message);
    },
    60_000,
  );

  it('ends with 130 when it is interrupted, and says what it knows by then and no more', async () => {
    const child = spawn(
      process.execPath,
      [
        join(projectRoot, 'bin/nestmark.js'),
        ...['plan', 'vsphere-course', '--hosts', 'all', '--price-date', '2026-08-01'],
      ],
      {
        // Vitest asks its children for colours.
        env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    const [stdout, stderr, ended] = [collect(child.stdout), collect(child.stderr), closed(child)];
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    expect((await stdout).replaceAll(/\s+/g, ' ')).toMatch(
      /: 24 seats on all (Take .*not confirmed|Stopped before a host that holds a seat was found)/,
    );
    expect(await stdout).not.toContain('No host');
    expect(await stderr).toBe('');
  }, 60_000);

  it('answers no when no host holds a seat', async () => {
    const run = await runNestmark([
      'plan',
      'vsphere-course',
      '--hosts',
      'm8i.large',
      '--price-date',
      '2026-08-01',
    ]);
    expect(run.code).toBe(1);
    expect(run.stdout).toContain('no host holds even one seat');
  }, 60_000);
});

describe('nestmark catalogue', () => {
  it('lists what a filter means, with dates', async () => {
    const run = await runNestmark(['catalogue', 'm8i.*xlarge memory<=32GiB', '--price-date', '2026-08-01']);
    expect(run.code).toBe(0);
    expect(run.stdout).toMatch(/m8i\.xlarge +ec2 +virtual +2 +4 +16\.0 GiB +1\.09 +0\.2117 +2026-07-20/);
    expect(run.stdout).toContain('2 hosts.');
    expect(run.stderr).toBe('');
  }, 60_000);

  it('warns of old prices, and keeps the document clean', async () => {
    const run = await runNestmark(['catalogue', 'm8i.large', '--price-date', '2027-07-20', '--json']);
    expect(run.stderr).toContain('365 days');
    expect(JSON.parse(run.stdout)).toMatchObject({ hosts: [{ name: 'm8i.large', usdPerHour: 0.10584 }] });
  }, 60_000);

  it('says what refreshing needs', async () => {
    const run = await runNestmark(['catalogue', '--refresh', 'us-east-1']);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('@aws-sdk/client-ec2 is not installed');
  }, 60_000);
});
