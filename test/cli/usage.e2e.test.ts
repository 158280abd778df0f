import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { runNestmark } from './run-nestmark.ts';

describe('nestmark, used without knowing it', () => {
  it('says what it can do, and how each command is used', async () => {
    const help = await runNestmark(['--help']);
    expect(help.code).toBe(0);
    const commands = [
      ...['simulate', 'compare', 'sweep', 'plan', 'check', 'platforms', 'catalogue'],
      ...['bench', 'calibrate', 'gate', 'history', 'report'],
    ];
    for (const command of commands) {
      expect(help.stdout).toContain(command);
      const own = await runNestmark([command, '--help']);
      expect(own.code).toBe(0);
      expect(own.stdout).toMatch(/Examples?:\s+nestmark /);
    }
  });

  it('answers a wrong command or option with exit code 2, on stderr only', async () => {
    for (const args of [
      ['simulat'],
      ['simulate'],
      ['simulate', 'x.yaml', '--sed', '3'],
      ['bench', '--lab', 'moon', '--out', 'x'],
      ['verify', 'switch', '--repetitions', '0'],
      ['verify', 'moon'],
    ]) {
      const { code, stdout, stderr } = await runNestmark(args);
      expect(code, args.join(' ')).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^error: /);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });

  it('says why a record cannot be written, and that it is no bug', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'nestmark-usage-'));
    const out = join(directory, 'full.jsonl');
    await symlink('/dev/full', `${out}.partial`);
    const bench = ['bench', '--lab', 'here', '--effort', 'small', '--blocks', '1', '--only', 'alu-loop'];
    const full = await runNestmark([...bench, '--out', out]);
    expect([full.code, full.stderr]).toEqual([3, expect.stringContaining('the disk is full')]);
    const nowhere = await runNestmark([...bench, '--out', join(directory, 'nowhere', 'x.jsonl')]);
    expect([nowhere.code, nowhere.stderr]).toEqual([2, expect.stringContaining('no such directory')]);
    const device = await runNestmark([...bench, '--out', '/dev/null']);
    expect([device.code, device.stderr]).toEqual([2, expect.stringContaining('is no file')]);
    const misspelt = await runNestmark([...bench.slice(0, -1), 'alu-lop', '--out', out]);
    expect([misspelt.code, misspelt.stderr]).toEqual([
      2,
      expect.stringContaining("no workload is called 'alu-lop'"),
    ]);
    expect(await readdir(directory)).toEqual([]);
    await rm(directory, { recursive: true });
  });

  it('says why a file cannot be written, and that it is no bug', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'nestmark-usage-'));
    const taken = join(directory, 'taken.yaml');
    await mkdir(taken);
    const record = 'test/fixtures/records/emulated-instructions-blocks.jsonl';
    const { code, stderr } = await runNestmark(['calibrate', record, '--out', taken]);
    expect([code, stderr]).toEqual([2, `${taken}: is there and is no file, expected the name of one\n`]);
    expect(await readdir(directory)).toEqual(['taken.yaml']);
    await rm(directory, { recursive: true });
  });

  it('ends quietly when whoever reads its output has read enough', async () => {
    const { stdout, stderr } = await promisify(execFile)('sh', [
      '-c',
      `'${process.execPath}' bin/nestmark.js platforms --json | head -c 100`,
    ]);
    expect(stdout).toHaveLength(100);
    expect(stderr).toBe('');
  });

  it('suggests the command that was meant', async () => {
    const { stderr } = await runNestmark(['simulat', 'x.yaml']);
    expect(stderr).toContain('Did you mean simulate?');
  });

  it('refuses numbers that are none', async () => {
    for (const value of ['-1', '1.5', 'many', '1e3', '']) {
      const { code, stderr } = await runNestmark(['simulate', 'x.yaml', '--seed', value]);
      expect(code, value).toBe(2);
      expect(stderr).toContain('whole number');
    }
  });
});
