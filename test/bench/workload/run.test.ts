import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseOperation } from '../../../src/bench/probe/output.ts';
import { ProbeSession } from '../../../src/bench/probe/session.ts';
import type { RecordSkipped, TakenSamples } from '../../../src/bench/record/record.ts';
import { recordLineSchema } from '../../../src/bench/record/schema.ts';
import { summarise } from '../../../src/bench/record/summarise.ts';
import { BARE_OPERATIONS } from '../../../src/bench/workload/bare-operations.ts';
import type { LevelClock } from '../../../src/bench/workload/clock.ts';
import { PROBE_OPERATIONS } from '../../../src/bench/workload/probe-operations.ts';
import {
  isRehearsed,
  NODE_WORKLOADS,
  requireWorkloads,
  toRecordLine,
  WORKLOADS,
  WorkloadRunner,
  type WorkloadRunOptions,
} from '../../../src/bench/workload/run.ts';
import { buildProbe } from '../probe/built-probe.ts';

const probe = await buildProbe();
/** Half a gigabyte is not for a test. */
const TOO_BIG = 'chase-512m';

let scratchDirectory: string;
let options: WorkloadRunOptions;
let session: ProbeSession | null = null;
beforeAll(async () => {
  scratchDirectory = mkdtempSync(join(tmpdir(), 'nestmark-run-'));
  session = probe.missing === null ? await ProbeSession.start(probe.path, { scratchDirectory }) : null;
  options = {
    ...{
      level: 0,
      clock: 'time',
      nsPerInstruction: null,
      effort: 'small',
      seed: 1,
      probe: session,
      scratchDirectory,
    },
  } as const;
});
afterAll(async () => {
  await session?.end();
  rmSync(scratchDirectory, { recursive: true });
});

const describing = (name: string) => WORKLOADS.find((workload) => workload.name === name)!;

describe.skipIf(probe.missing !== null)('all workloads on this machine', () => {
  test('give one valid line each, with the samples their effort asks for and the warm-up marked', async () => {
    const runner = new WorkloadRunner(options);
    const lines: (TakenSamples | RecordSkipped)[] = [];
    for (const { name } of WORKLOADS.filter((workload) => workload.name !== TOO_BIG)) {
      const line = await runner.time(name);
      lines.push(line);
      expect(line.workload).toBe(name);
      const placed = line.kind === 'skipped' ? line : { ...line, boot: 1, block: 1, outliers: [] };
      expect(recordLineSchema.parse(placed)).toEqual(placed);
      if (line.kind === 'skipped') {
        expect(line.reason).not.toBe('');
        continue;
      }
      const { effort, class: declared, operationsPerSample = 1 } = describing(name);
      expect(line).toMatchObject({
        unit: 'ns',
        class: declared,
        warmUp: effort.small.warmUp,
        operationsPerSample,
      });
      expect(line.values).toHaveLength(effort.small.warmUp + effort.small.samples);
      expect(summarise(line).n).toBe(effort.small.samples);
    }
    expect(readdirSync(scratchDirectory)).toEqual([]);
    expect(JSON.stringify(lines).length).toBeLessThan(30_000);
  });

  test('are those the probe knows, and Node’s', () => {
    const { stderr } = spawnSync(probe.path, [], { encoding: 'utf8' });
    const known = /^operations: (.*)$/m.exec(stderr)![1]!.split(' ');
    expect([...PROBE_OPERATIONS, ...BARE_OPERATIONS].map(({ name }) => name)).toEqual(known);
    expect(WORKLOADS).toEqual([...PROBE_OPERATIONS, ...NODE_WORKLOADS]);
    expect(new Set(WORKLOADS.map(({ name }) => name)).size).toBe(WORKLOADS.length);
  });

  test('can be counted: each does the operations it says, or says why it cannot', async () => {
    const runner = new WorkloadRunner(options);
    for (const { name, effort, operationsPerSample = 1 } of WORKLOADS.filter(
      ({ name }) => name !== TOO_BIG,
    )) {
      const counted = runner.counted(name);
      expect(counted.operations).toBe(effort.small.counted * operationsPerSample);
      const readiness = await counted.prepare();
      if (readiness.available) await counted.run();
      else expect(readiness.reason).not.toBe('');
      await counted.finish();
    }
    expect(readdirSync(scratchDirectory)).toEqual([]);
  });

  test('are prepared once for both passes, and given back when nobody counts', async () => {
    const runner = new WorkloadRunner(options);
    await runner.time('sql-transaction', { held: true });
    expect(readdirSync(scratchDirectory)).toHaveLength(1);
    const counted = runner.counted('sql-transaction');
    await counted.prepare();
    expect(readdirSync(scratchDirectory)).toHaveLength(1);
    await counted.run();
    await counted.finish();
    expect(readdirSync(scratchDirectory)).toEqual([]);
    await runner.time('sql-transaction', { held: true });
    await runner.release();
    expect(readdirSync(scratchDirectory)).toEqual([]);
  });

  test('leave nothing behind when they are rehearsed', async () => {
    const runner = new WorkloadRunner(options);
    for (const { name } of WORKLOADS.filter((workload) => isRehearsed(workload.name))) {
      await runner.rehearse(name);
    }
    expect(readdirSync(scratchDirectory)).toEqual([]);
  });

  test('count nothing before they are prepared, and can be let go without having run', async () => {
    const runner = new WorkloadRunner(options);
    for (const name of ['cpuid', 'compress']) {
      const counted = runner.counted(name);
      await expect(counted.run()).rejects.toThrow(/run\(\) before prepare\(\)/);
      await counted.prepare();
      await counted.finish();
    }
    expect((await runner.time('cpuid')).kind).toBe('samples');
  });

  test('a machine that is not on the instruction clock is found out', async () => {
    const runner = new WorkloadRunner({ ...options, clock: 'instructions', nsPerInstruction: 2 });
    await expect(runner.time('cpuid')).rejects.toThrow(/runs at \d+\.\d{3} MHz; under -icount/);
  });
});

describe('from what the probe prints to the record', () => {
  const instructions: LevelClock & { readonly level: number } = {
    ...{ clock: 'instructions', nsPerInstruction: 2, level: 1 },
  } as const;
  const TSC_HZ = 1000000412.7;
  const of = (line: string, clock = instructions): TakenSamples | RecordSkipped => {
    const operation = parseOperation(line);
    return toRecordLine(describing(operation.operation), operation, TSC_HZ, clock);
  };
  const CPUID =
    '{"operation":"cpuid","available":true,"warmUp":2,"ticks":[9120,6040,6018,6018,6020,6018,19444,6018]}';

  test('instructions are exact', () => {
    const line = of(CPUID) as TakenSamples;
    expect(line).toEqual({
      kind: 'samples',
      level: 1,
      workload: 'cpuid',
      class: 'exit',
      unit: 'instructions',
      values: [4560, 3020, 3009, 3009, 3010, 3009, 9722, 3009],
      operationsPerSample: 1,
      warmUp: 2,
      checksum: null,
    });
    expect(summarise(line).median).toBe(3009);
  });

  test('waiting is never called instructions, and what was asked for is no cost', () => {
    const printed =
      '{"operation":"timer-sleep","available":true,"warmUp":1,"requestedNs":1000000,"ticks":[1090000,1041250,1041254]}';
    expect(of(printed)).toMatchObject({ unit: 'ns', values: [90_000, 41_250, 41_254] });
  });

  test('time goes by the counter’s rate, and a sample of many operations is that of one', () => {
    const time = { clock: 'time', nsPerInstruction: null, level: 0 } as const;
    expect((of(CPUID, time) as TakenSamples).values[2]).toBeCloseTo(6018 / 1.0000004127, 0);
    const chase = '{"operation":"chase-16k","available":true,"warmUp":0,"ticks":[256000]}';
    expect(of(chase, time)).toMatchObject({ operationsPerSample: 256, values: [1000] });
  });

  test('what is not available is skipped, with the reason', () => {
    expect(of('{"operation":"msr-read","available":false,"reason":"/dev/cpu/0/msr: No such file"}')).toEqual({
      kind: 'skipped',
      level: 1,
      workload: 'msr-read',
      reason: '/dev/cpu/0/msr: No such file',
    });
  });
});

describe('which workloads', () => {
  test('those of Node need no probe, and wait in nanoseconds', async () => {
    const clock = { clock: 'instructions', nsPerInstruction: 2 } as const;
    const runner = new WorkloadRunner({ ...options, ...clock, probe: null });
    const units = new Map<string, string>();
    for (const { name } of NODE_WORKLOADS) {
      const line = await runner.time(name);
      if (line.kind === 'samples') units.set(name, line.unit);
    }
    expect(units.get('compress')).toBe('instructions');
    expect(units.get('file-sync')).toBe('ns');
    expect(units.get('sql-transaction')).toBe('ns');
    await expect(runner.time('cpuid')).rejects.toThrow(/the native probe is not running/);
  });

  test('a name that is none is refused, with the names there are', () => {
    expect(() => requireWorkloads(['cupid'])).toThrow(
      /no workload is called 'cupid'; there are timer-overhead, alu-loop, .*file-sync/,
    );
  });
});
