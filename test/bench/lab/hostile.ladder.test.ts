import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BenchOptions, LabProgress } from '../../../src/bench/bench.ts';
import { readRecordFile } from '../../../src/bench/record/record-file.ts';
import { projectRoot } from '../../cli/run-nestmark.ts';

const BLOCKS = 6;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nestmark-hostile-'));
});
afterAll(() => rm(directory, { recursive: true }));

test('a guest that panics and a metal that is killed are told, and nothing is lost', {
  timeout: 900_000,
  retry: 1,
}, async () => {
  const out = join(directory, 'hostile.jsonl');
  const options: BenchOptions = {
    ...{ out, clock: 'instructions', depth: 1, effort: 'small', blocks: BLOCKS, only: ['cpuid', 'alu-loop'] },
    kernelParameters: [{ level: 1, attempts: [1], parameters: ['rdinit=/nowhere'] }],
  };
  const script = `import(${JSON.stringify(join(projectRoot, 'dist/bench/bench.js'))}).then((m) =>
    m.benchEmulated({ ...${JSON.stringify(options)}, onProgress: (event) => console.log(JSON.stringify(event)) }))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const lost: string[] = [];
  let killed = false;
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as LabProgress;
    if (event.kind === 'lost') lost.push(`${event.level}: ${event.reason}`);
    if (event.kind === 'measuring' && event.done === 3 && !killed) {
      killed = true;
      for (const pid of await emulators(child.pid!)) process.kill(pid, 'SIGKILL');
    }
  }
  expect(await ended).toBe(0);
  expect(killed).toBe(true);
  expect(lost[0]).toMatch(/^1: QEMU ended with status 0 \(guest-reset\).*console says: Kernel panic/);
  expect(lost[1]).toMatch(/^0: QEMU was ended by SIGKILL/);
  const { samples, blocks, missing } = await readRecordFile(out);
  const cells = samples.filter(({ block }) => block > 0);
  expect(new Set(cells.map(({ block, level, workload }) => `${block}/${level}/${workload}`)).size).toBe(
    4 * BLOCKS,
  );
  expect(cells).toHaveLength(4 * BLOCKS);
  expect(missing).toEqual([]);
  expect(blocks.find(({ valid }) => !valid)?.reasons).toContain('metal was lost and booted again');
  expect(await readdir(directory)).toEqual(['hostile.jsonl']);
});

/** QEMU processes of a process. */
async function emulators(parent: number): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const status = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const [, ppid] = status.slice(status.lastIndexOf(')') + 2).split(' ');
    if (status.includes('(qemu-system') && Number(ppid) === parent) found.push(Number(name));
  }
  return found;
}
