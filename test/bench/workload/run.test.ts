import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RecordSkipped, TakenSamples } from '../../../src/bench/record/record.ts';
import { recordLineSchema } from '../../../src/bench/record/schema.ts';
import { summarise } from '../../../src/bench/record/summarise.ts';
import { PROBE_OPERATIONS } from '../../../src/bench/workload/probe-operations.ts';
import {
  countedWorkloads,
  runWorkloads,
  WORKLOADS,
  type WorkloadRunOptions,
} from '../../../src/bench/workload/run.ts';
import { buildProbe } from '../probe/built-probe.ts';

const probe = await buildProbe();

let scratchDirectory: string;
let options: WorkloadRunOptions;
beforeAll(() => {
  scratchDirectory = mkdtempSync(join(tmpdir(), 'nestmark-run-'));
  options = {
    level: 0,
    clock: 'time',
    nsPerInstruction: null,
    effort: 'small',
    seed: 1,
    probePath: probe.path,
    scratchDirectory,
  };
});
afterAll(() => rmSync(scratchDirectory, { recursive: true }));

const NODE_ONLY = ['hash', 'compress', 'file-sync'];

async function collect(of: WorkloadRunOptions): Promise<readonly (TakenSamples | RecordSkipped)[]> {
  const lines: (TakenSamples | RecordSkipped)[] = [];
  for await (const line of runWorkloads(of)) lines.push(line);
  return lines;
}

const samplesIn = (lines: readonly (TakenSamples | RecordSkipped)[]): readonly TakenSamples[] =>
  lines.filter((line) => line.kind === 'samples');

describe.skipIf(probe.missing !== null)('all workloads on this machine', () => {
  test('give one valid line each, with the samples their effort asks for and the warm-up marked', async () => {
    const lines = await collect(options);
    expect(lines.map(({ workload }) => workload)).toEqual(WORKLOADS.map(({ name }) => name));
    for (const line of lines) {
      const placed = line.kind === 'skipped' ? line : { ...line, boot: 1, block: 1, outliers: [] };
      expect(recordLineSchema.parse(placed)).toEqual(placed);
      if (line.kind === 'skipped') continue;
      const { effort, class: declared } = WORKLOADS.find(({ name }) => name === line.workload)!;
      expect(line).toMatchObject({ unit: 'ns', class: declared, warmUp: effort.small.warmUp });
      expect(line.values).toHaveLength(effort.small.warmUp + effort.small.samples);
      expect(summarise(line).n).toBe(effort.small.samples);
    }
    expect(readdirSync(scratchDirectory)).toEqual([]);
    expect(JSON.stringify(lines).length).toBeLessThan(30_000);
  });

  test('compute the same in two runs', async () => {
    const only = ['alu-loop', ...NODE_ONLY];
    const [first, second] = [await collect({ ...options, only }), await collect({ ...options, only })];
    const checksums = samplesIn(first).map(({ workload, checksum }) => [workload, checksum]);
    expect(checksums).toHaveLength(4);
    for (const [, checksum] of checksums) expect(checksum).not.toBeNull();
    expect(samplesIn(second).map(({ workload, checksum }) => [workload, checksum])).toEqual(checksums);
  });

  test('are those the probe knows', () => {
    const { stderr } = spawnSync(probe.path, [], { encoding: 'utf8' });
    const known = /^operations: (.*)$/m.exec(stderr)![1]!.split(' ');
    expect(PROBE_OPERATIONS.map(({ name }) => name)).toEqual(known);
  });

  test('a machine that is not on the instruction clock is found out', async () => {
    const mistaken = { ...options, clock: 'instructions', nsPerInstruction: 2, only: ['cpuid'] } as const;
    await expect(collect(mistaken)).rejects.toThrow(/runs at \d+\.\d{3} MHz; under -icount/);
  });
});

describe('from what the probe prints to the record', () => {
  /** In the shape the probe prints under -icount shift=1, with the figures known of a cpuid in L1. */
  const PRINTED = `{"probe":1,"tscHz":1000000412.7,"tscRelativeError":2.1e-06,"cpu":0}
{"operation":"cpuid","available":true,"warmUp":2,"ticks":[9120,6040,6018,6018,6020,6018,19444,6018]}
{"operation":"msr-read","available":false,"reason":"/dev/cpu/0/msr: No such file or directory (the msr module, and root)"}
{"operation":"timer-sleep","available":true,"warmUp":1,"requestedNs":1000000,"ticks":[1090000,1041250,1041254]}
`;
  let probePath: string;
  beforeAll(() => {
    probePath = join(scratchDirectory, 'scripted-probe');
    writeFileSync(probePath, `#!/bin/sh\ncat <<'END'\n${PRINTED}END\n`);
    chmodSync(probePath, 0o755);
  });
  afterAll(() => rmSync(probePath));

  const only = ['cpuid', 'msr-read', 'timer-sleep'];

  test('instructions are exact, and waiting is never called instructions', async () => {
    const lines = await collect({
      ...options,
      probePath,
      only,
      level: 1,
      clock: 'instructions',
      nsPerInstruction: 2,
    });
    expect(lines).toEqual([
      {
        kind: 'samples',
        level: 1,
        workload: 'cpuid',
        class: 'exit',
        unit: 'instructions',
        values: [4560, 3020, 3009, 3009, 3010, 3009, 9722, 3009],
        operationsPerSample: 1,
        warmUp: 2,
        checksum: null,
      },
      {
        kind: 'skipped',
        level: 1,
        workload: 'msr-read',
        reason: '/dev/cpu/0/msr: No such file or directory (the msr module, and root)',
      },
      {
        kind: 'samples',
        level: 1,
        workload: 'timer-sleep',
        class: 'exit',
        unit: 'ns',
        values: [90_000, 41_250, 41_254],
        operationsPerSample: 1,
        warmUp: 1,
        checksum: null,
      },
    ]);
    expect(summarise(samplesIn(lines)[0]!).median).toBe(3009);
  });

  test('time goes by the counter’s rate', async () => {
    const [cpuid] = samplesIn(await collect({ ...options, probePath, only }));
    expect(cpuid!.unit).toBe('ns');
    expect(cpuid!.values[2]).toBeCloseTo(6018 / 1.0000004127, 0);
  });

  test('a probe that leaves an operation out is not believed', async () => {
    await expect(collect({ ...options, probePath, only: ['syscall'] })).rejects.toThrow(
      /printed nothing for 'syscall'; build it anew/,
    );
  });
});

describe('which workloads', () => {
  test('those of Node need no probe', async () => {
    const lines = await collect({ ...options, probePath: '/nowhere', only: NODE_ONLY });
    expect(lines.map(({ workload }) => workload)).toEqual(NODE_ONLY);
  });

  test('under the instruction clock only what does not wait is in instructions', async () => {
    const lines = samplesIn(
      await collect({ ...options, clock: 'instructions', nsPerInstruction: 2, only: NODE_ONLY }),
    );
    expect(lines.map(({ workload, unit }) => [workload, unit])).toEqual([
      ['hash', 'instructions'],
      ['compress', 'instructions'],
      ['file-sync', 'ns'],
    ]);
  });

  test('a name that is none is refused, with the names there are', async () => {
    await expect(collect({ ...options, only: ['cupid'] })).rejects.toThrow(
      /no workload is called 'cupid'; there are timer-overhead, alu-loop, .*file-sync/,
    );
  });
});

describe.skipIf(probe.missing !== null)('the pass that counts exits', () => {
  test('runs every workload, or says why it cannot', async () => {
    const counted = countedWorkloads(options);
    expect(counted.map(({ workload }) => workload)).toEqual(WORKLOADS.map(({ name }) => name));
    for (const workload of counted) {
      const readiness = await workload.prepare();
      if (readiness.available) await workload.run();
      else expect(readiness.reason).not.toBe('');
      await workload.finish();
      expect(workload.operations).toBe(
        WORKLOADS.find(({ name }) => name === workload.workload)!.effort.small.counted,
      );
    }
    expect(readdirSync(scratchDirectory)).toEqual([]);
  });

  test('does nothing before it is prepared', async () => {
    for (const workload of countedWorkloads({ ...options, only: ['cpuid', 'hash'] })) {
      await expect(workload.run()).rejects.toThrow(/run\(\) before prepare\(\)/);
    }
  });
});
