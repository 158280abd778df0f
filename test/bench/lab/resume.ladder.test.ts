import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BenchOptions } from '../../../src/bench/bench.ts';
import { readRecordFile } from '../../../src/bench/record/record-file.ts';
import { projectRoot, runNestmark } from '../../cli/run-nestmark.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nestmark-resume-'));
});
afterAll(() => rm(directory, { recursive: true }));

const WORKLOADS = ['hash', 'cpuid', 'alu-loop'];
const BLOCKS = 3;
const LEVELS = 2;

it('a real run that is killed in the middle is gone on with, and has everything once', {
  timeout: 900_000,
  retry: 1,
}, async () => {
  const out = join(directory, 'killed.jsonl');
  const options: BenchOptions = {
    ...{ out, clock: 'instructions', depth: LEVELS - 1, effort: 'small', blocks: BLOCKS, only: WORKLOADS },
  };
  const program = join(projectRoot, 'dist/bench/bench.js');
  const script = `import(${JSON.stringify(program)}).then((m) => m.benchEmulated(${JSON.stringify(options)}))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
  const ended = once(child, 'exit');
  while ((await measured(`${out}.partial`)) < 7 && child.exitCode === null) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill('SIGKILL');
  await ended;
  const before = await readFile(`${out}.partial`, 'utf8');

  const resumed = await runNestmark(['bench', '--resume', out]);
  expect(resumed.code, resumed.stderr).toBe(0);
  expect(await readdir(directory)).toEqual(['killed.jsonl']);
  const record = await readRecordFile(out);
  const cells = record.samples
    .filter(({ block }) => block > 0)
    .map(({ block, level, workload }) => `${block}/${level}/${workload}`);
  expect(new Set(cells).size).toBe(cells.length);
  expect(cells).toHaveLength(BLOCKS * LEVELS * WORKLOADS.length);
  // What was measured before is there as it was.
  const after = await readFile(out, 'utf8');
  for (const line of before
    .split('\n')
    .slice(0, -1)
    .filter((text) => text.includes('"samples"'))) {
    expect(after).toContain(line);
  }
  expect(record.blocks.map(({ block }) => block)).toEqual([1, 2, 3]);
  const cutOff = record.blocks.filter(({ reasons }) => reasons.some((reason) => reason.includes('cut off')));
  expect(cutOff.length).toBeLessThanOrEqual(1);
});

/** Samples in the file, the boot's own left out. */
async function measured(file: string): Promise<number> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line.includes('"kind":"samples"') && !line.includes('"guest-boot"')).length;
}
