import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TOOL_WORKLOADS, timeWithTool } from '../../../src/bench/workload/tools.ts';

const captured = join(import.meta.dirname, '../adapter/captured');
let directory: string;
let scratchDirectory: string;
const path = process.env['PATH'];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'nestmark-tools-'));
  scratchDirectory = join(directory, 'scratch');
  mkdirSync(scratchDirectory);
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(directory, { recursive: true });
});

/** A program of that name, in front of all others, that does what a shell script says. */
function pretend(name: string, script: string): void {
  const file = join(directory, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  process.env['PATH'] = `${directory}${delimiter}${path}`;
}
const run = (name: string) =>
  timeWithTool(TOOL_WORKLOADS.find((tool) => tool.name === name)!, {
    ...{ level: 1, effort: 'small', scratchDirectory },
  });

test('what a tool prints is a sample in ns, once for each run', async () => {
  pretend('sysbench', `cat ${join(captured, 'sysbench-cpu-1.0.20.txt')}`);
  expect(await run('tool-sysbench-cpu')).toMatchObject({
    ...{ kind: 'samples', level: 1, unit: 'ns', warmUp: 0, operationsPerSample: 1 },
    values: [1e9 / 667.33, 1e9 / 667.33],
  });
});

test('what a tool writes is read from its file, in its own unit', async () => {
  const average = /"avg": *([\d.]+)/.exec(readFileSync(join(captured, 'cyclictest-2.4.json'), 'utf8'))![1];
  pretend(
    'cyclictest',
    `for a; do case $a in --json=*) cp ${join(captured, 'cyclictest-2.4.json')} "\${a#--json=}";; esac; done`,
  );
  const line = await run('tool-cyclictest');
  expect(line).toMatchObject({ values: [Number(average) * 1000, Number(average) * 1000] });
  expect(readdirSync(scratchDirectory)).toEqual([]);
});

test('iperf3 has its server, which ends with it, or is skipped like any other', async () => {
  const line = await run('tool-iperf3');
  if (line.kind === 'samples') {
    expect(line.values).toHaveLength(2);
    for (const value of line.values) expect(value).toBeGreaterThan(0);
  }
  process.env['PATH'] = directory;
  expect(await run('tool-iperf3')).toMatchObject({
    kind: 'skipped',
    reason: 'iperf3 is not there; on Debian: apt-get install iperf3',
  });
  pretend('iperf3', 'exit 1');
  await expect(run('tool-iperf3')).rejects.toThrow('iperf3 ended before it listened');
});

test('a tool that is not there is skipped with the package it is in; one that fails says why', async () => {
  process.env['PATH'] = directory;
  expect(await run('tool-fio-read')).toMatchObject({
    kind: 'skipped',
    reason: 'fio is not there; on Debian: apt-get install fio',
  });
  pretend('fio', 'echo "no such ioengine" >&2; exit 1');
  await expect(run('tool-fio-read')).rejects.toThrow('fio failed: no such ioengine');
  pretend('fio', `sed 's/"jobname" *: *"[a-z]*"/"jobname" : "other"/' ${join(captured, 'fio-3.33.json')}`);
  await expect(run('tool-fio-read')).rejects.toThrow(
    /fio has no figure called job\/read\/latency-mean; it has other\/read/,
  );
  expect(readdirSync(scratchDirectory)).toEqual([]);
});
