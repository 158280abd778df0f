import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from './run-nestmark.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nestmark-interrupt-'));
});

afterAll(() => rm(directory, { recursive: true }));

describe('the emulated lab', () => {
  it('leaves nothing behind when it is interrupted', async () => {
    const record = join(directory, 'interrupted.jsonl');
    const others = new Set(await emulators(null));
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
    const left = async (): Promise<string[]> =>
      (await emulators(child.pid!)).filter((pid) => !others.has(pid));
    await until(async () => child.exitCode !== null || (await left()).length > 0);
    child.kill('SIGINT');
    expect(await ended).toBe(130);
    await until(async () => (await left()).length === 0);
    expect((await readdir(directory)).filter((name) => name.startsWith('interrupted'))).toEqual([]);
  });
});

/** QEMU processes started by `parent`, or left behind by it or by others (adopted by init). */
async function emulators(parent: number | null): Promise<string[]> {
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
