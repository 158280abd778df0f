import { copyFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordText } from '../bench/record/example-record.ts';
import { blockedRecord } from '../gate/blocked-record.ts';
import { type Outcome, runNestmark } from './run-nestmark.ts';

let folder: string;
const gate = (...args: readonly string[]): Promise<Outcome> => runNestmark(['gate', ...args], folder);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nestmark-gate-'));
  const write = (name: string, record: Parameters<typeof recordText>[0]): Promise<void> =>
    writeFile(join(folder, name), recordText(record));
  await write('main.jsonl', blockedRecord({ blocks: 20, replication: 1 }));
  await write('same.jsonl', blockedRecord({ blocks: 20, replication: 2 }));
  await write('slow.jsonl', blockedRecord({ blocks: 20, replication: 3, slowerAtL2: { compress: 1.1 } }));
  await write('few.jsonl', blockedRecord({ blocks: 2, replication: 4 }));
  const other = blockedRecord({ blocks: 20, replication: 5 });
  const levels = other.levels.map((line) => ({ ...line, environment: { 'kernel.release': '6.12.9' } }));
  await write('other.jsonl', { ...other, levels, boots: levels });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('nestmark gate', () => {
  it('ends with what was found: 0 pass, 1 regressed, 4 inconclusive, 5 made differently', async () => {
    const against = (candidate: string): Promise<Outcome> =>
      gate('--baseline', 'main.jsonl', '--candidate', candidate);
    const pass = await against('same.jsonl');
    expect(pass.stdout).toContain('Pass. None of 10 metrics regressed.');
    expect(pass.code).toBe(0);
    const slow = await against('slow.jsonl');
    expect(slow.stdout).toContain('compress in L2, time');
    expect(slow.code).toBe(1);
    expect((await against('few.jsonl')).code).toBe(4);
    const other = await against('other.jsonl');
    expect(other.stdout).toContain('Differs (kernel; --allow kernel if that is the point)');
    expect(other.code).toBe(5);
  });

  it('lets what cannot be told through when asked to, and never a regression', async () => {
    expect(
      (await gate('--baseline', 'main.jsonl', '--candidate', 'few.jsonl', '--accept-inconclusive')).code,
    ).toBe(0);
    expect(
      (await gate('--baseline', 'main.jsonl', '--candidate', 'slow.jsonl', '--accept-inconclusive')).code,
    ).toBe(1);
  });

  it('writes every format whole, and one JSON document on stdout', async () => {
    const files = ['gate.xml', 'gate.md', 'metrics.txt', 'bmf.json', 'bench.json', 'whole.json'] as const;
    const options = ['--junit', '--markdown', '--open-metrics', '--bencher', '--smaller-is-better', '--out'];
    const outcome = await gate(
      ...['--baseline', 'main.jsonl', '--candidate', 'slow.jsonl', '--json'],
      ...files.flatMap((file, index) => [options[index]!, file]),
    );
    const [xml, , metrics, , , whole] = await Promise.all(
      files.map((file) => readFile(join(folder, file), 'utf8')),
    );
    expect(xml).toMatch(/^<\?xml/);
    expect(metrics).toMatch(/# EOF\n$/);
    expect(JSON.parse(whole!)).toEqual(JSON.parse(outcome.stdout));
    expect(JSON.parse(whole!).schema).toBe('nestmark/gate@1');
  });

  describe('with a budget', () => {
    let own: string;
    const gate = (...args: readonly string[]): Promise<Outcome> => runNestmark(['gate', ...args], own);
    beforeAll(async () => {
      own = await mkdtemp(join(tmpdir(), 'nestmark-budget-'));
      await cp(folder, own, { recursive: true });
    });
    afterAll(() => rm(own, { recursive: true, force: true }));

    const budgeted = (candidate: string, collect: string, ...more: readonly string[]): Promise<Outcome> =>
      gate(
        '--baseline',
        'main.jsonl',
        '--candidate',
        candidate,
        '--budget',
        '20',
        '--collect',
        collect,
        ...more,
      );

    it('measures more once when the records do not tell, keeps it, and comes to the same when run again', async () => {
      await copyFile(join(own, 'few.jsonl'), join(own, 'short.jsonl'));
      const seen = '"$NESTMARK_SIDE $NESTMARK_BLOCKS $NESTMARK_RECORD" > seen.txt';
      const first = await budgeted(
        'short.jsonl',
        `echo ${seen}; cp same.jsonl "$NESTMARK_OUT"; echo measured`,
      );
      expect(first.stdout.replaceAll(/\s+/g, ' ')).toContain(
        'This is the second and last, with 20 more of the candidate.',
      );
      expect(first.stdout).not.toContain('measured\n');
      expect(first.stderr).toContain('measured');
      expect(first.code).toBe(0);
      expect(await readFile(join(own, 'seen.txt'), 'utf8')).toBe('candidate 20 short.jsonl\n');
      const again = await budgeted('short.jsonl', 'echo no >&2; false');
      expect(again.stderr).toContain(
        'short.more.jsonl is there: the budget of the candidate was spent before',
      );
      expect(again.stdout).toBe(first.stdout);
      expect(again.code).toBe(0);
    });

    it('measures nothing when the first look tells', async () => {
      const { code, stdout } = await budgeted('slow.jsonl', 'false');
      expect(stdout).toContain('Nothing more was measured.');
      expect(code).toBe(1);
    });

    it('stays with the first look when nothing was collected, and says why', async () => {
      const { code, stdout } = await budgeted('few.jsonl', 'exit 7');
      expect(stdout).toContain(
        'collecting more blocks of the candidate ended with 7 and wrote no few.more.jsonl',
      );
      expect(code).toBe(4);
    });

    it('refuses blocks of another making with exit code 5', async () => {
      await copyFile(join(own, 'few.jsonl'), join(own, 'mixed.jsonl'));
      const { code, stderr } = await budgeted('mixed.jsonl', 'cp other.jsonl "$NESTMARK_OUT"');
      expect(stderr).toContain('mixed.more.jsonl was not made like mixed.jsonl');
      expect(stderr).toContain('kernel.release was 6.1.0-56-cloud-amd64, is 6.12.9');
      expect(code).toBe(5);
    });

    it('measures both sides of pairs, or says that it must', async () => {
      await copyFile(join(own, 'few.jsonl'), join(own, 'a.jsonl'));
      await copyFile(join(own, 'few.jsonl'), join(own, 'b.jsonl'));
      const sides = [
        '--baseline',
        'a.jsonl',
        '--candidate',
        'b.jsonl',
        '--budget',
        '20',
        '--paired',
      ] as const;
      const refused = await gate(...sides);
      expect(refused.stderr).toContain('--paired with --budget: found no --collect-baseline');
      expect(refused.code).toBe(2);
      const copy = (name: string): string => `cp ${name} "$NESTMARK_OUT"`;
      const { code, stdout } = await gate(
        ...[...sides, '--collect', copy('same.jsonl'), '--collect-baseline', copy('main.jsonl')],
      );
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
        'with 20 more of the candidate and 20 more of the baseline.',
      );
      expect(code).toBe(0);
    });
  });

  it('says what is missing, with exit code 2', async () => {
    const none = await gate('--baseline', 'main.jsonl');
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('--candidate: found none');
    const nowhere = await gate('--baseline', 'nowhere.jsonl', '--candidate', 'same.jsonl');
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toContain('nowhere.jsonl');
  });

  it('tests itself on a record', async () => {
    const { code, stdout } = await gate('--self-test', '--baseline', 'main.jsonl', '--splits', '100');
    expect(stdout).toContain(
      'main.jsonl against itself: 100 times its blocks were dealt into two halves of 10',
    );
    expect(code).toBe(0);
  });
});

describe('nestmark compare', () => {
  it('compares two records as the gate does', async () => {
    const { code, stdout } = await runNestmark(
      ['compare', 'main.jsonl', 'slow.jsonl', '--margin', '3%', '--out', 'compared'],
      folder,
    );
    expect(code).toBe(1);
    expect(stdout).toContain('compress in L2, time');
    const written = JSON.parse(await readFile(join(folder, 'compared', 'comparison.json'), 'utf8'));
    expect(written.schema).toBe('nestmark/gate@1');
  });
});

describe('nestmark history', () => {
  it('shows each metric of a folder, and what it would need to find changes', async () => {
    const { code, stdout } = await runNestmark(['history', folder, '--only', 'cpuid', '--level', '2']);
    expect(code).toBe(0);
    expect(stdout).toContain('5 records, 1 metrics: too few records to tell a change.');
    expect(stdout).toContain('A change needs at least 8 records');
  });

  it('says what the records have when nothing of what was asked for is there', async () => {
    const { code, stderr } = await runNestmark(['history', folder, '--only', 'cpuidd']);
    expect(code).toBe(2);
    expect(stderr).toContain('found nothing of cpuidd; the records have compress, cpuid, hash');
  });
});
