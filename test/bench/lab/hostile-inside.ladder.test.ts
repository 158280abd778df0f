import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BenchOptions, LabProgress } from '../../../src/bench/bench.ts';
import { readRecordFile } from '../../../src/bench/record/record-file.ts';
import { projectRoot } from '../../cli/run-nestmark.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'nestmark-hostile-inside-'));
});
afterAll(() => rm(directory, { recursive: true }));

const BLOCKS = 3;
const WORKLOADS = ['cpuid', 'alu-loop'];
/** Only the first L2 is started with it. */
const OUT_OF_MEMORY = 'nestmark.test-out-of-memory';

/**
 * In block 1 the kernel of L2 ends the largest process, by the code that it runs when it has no memory left. In block 2
 * L1's QEMU is killed while L2 measures.
 */
const FAULTS = `
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { GuestSupervisor } from '../lab/supervise.js';
import { TurnTaker } from './turn-taker.js';

const take = TurnTaker.prototype.take;
TurnTaker.prototype.take = async function (turn) {
  const meant = readFileSync('/proc/cmdline', 'utf8').includes('${OUT_OF_MEMORY}');
  if (meant && turn.block === 1 && turn.workload === 'alu-loop') writeFileSync('/proc/sysrq-trigger', 'f');
  return await take.call(this, turn);
};

let killed = false;
const give = GuestSupervisor.prototype.give;
GuestSupervisor.prototype.give = function (turn) {
  give.call(this, turn);
  if (killed || turn.level !== 2 || turn.block !== 2 || !inGuest()) return;
  for (const name of readdirSync('/proc').filter((each) => /^[0-9]+$/.test(each))) {
    if (!stat(name).includes('(qemu-system')) continue;
    killed = true;
    process.kill(Number(name), 'SIGKILL');
  }
};

function stat(name) {
  try {
    return readFileSync('/proc/' + name + '/stat', 'latin1');
  } catch {
    return '';
  }
}

/** The metal's scratch directory is on a RAM disk. */
function inGuest() {
  return !readFileSync('/proc/mounts', 'utf8').includes('/dev/ram0');
}
`;

test('a guest of a guest that runs out of memory, and one whose QEMU is killed in its guest, cost nothing but time', {
  timeout: 900_000,
}, async () => {
  const copy = join(directory, 'planted');
  const plant = `import { plantedCopy } from ${JSON.stringify(join(projectRoot, 'scripts/planted-copy.mjs'))};
    plantedCopy(${JSON.stringify(copy)}, ${JSON.stringify(FAULTS)});`;
  execFileSync(process.execPath, ['--input-type=module', '-e', plant]);
  const out = join(directory, 'inside.jsonl');
  const options: BenchOptions = {
    ...{ out, clock: 'instructions', depth: 2, effort: 'small', blocks: BLOCKS, only: WORKLOADS },
    kernelParameters: [{ level: 2, attempts: [1], parameters: [OUT_OF_MEMORY] }],
    cache: join(projectRoot, '.cache/lab'),
  };
  const script = `import(${JSON.stringify(join(copy, 'dist/bench/bench.js'))}).then((m) =>
    m.benchEmulated({ ...${JSON.stringify(options)}, onProgress: (event) => console.log(JSON.stringify(event)) }))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const lost: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as LabProgress;
    if (event.kind === 'lost') lost.push(`${event.level}: ${event.reason}`);
  }
  expect(await ended).toBe(0);
  // A guest of a guest may hang of itself, too.
  expect(lost).toContainEqual(
    expect.stringMatching(
      /^2: QEMU ended .*during: alu-loop; its console says: Out of memory: Killed process \d+ \(node\)$/,
    ),
  );
  expect(lost).toContainEqual(expect.stringMatching(/^2: QEMU was ended by SIGKILL during: /));
  const { boots, samples, blocks, missing, skipped } = await readRecordFile(out);
  const cells = samples.filter(({ block }) => block > 0);
  expect(new Set(cells.map(({ block, level, workload }) => `${block}/${level}/${workload}`)).size).toBe(
    3 * WORKLOADS.length * BLOCKS,
  );
  expect(cells).toHaveLength(3 * WORKLOADS.length * BLOCKS);
  expect([missing, skipped]).toEqual([[], []]);
  expect(blocks.filter(({ reasons }) => reasons.includes('L2 was lost and booted again')).length).toBe(2);
  expect(boots.filter(({ level }) => level === 2).flatMap(({ losses = [] }) => losses).length).toBe(
    lost.filter((each) => each.startsWith('2: ')).length,
  );
  expect((await readdir(directory)).sort()).toEqual(['inside.jsonl', 'planted']);
});
