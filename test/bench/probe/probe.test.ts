import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ProbeCounter } from '../../../src/bench/probe/count.ts';
import { measureWithProbe, readProbeInformation } from '../../../src/bench/probe/run.ts';
import { buildProbe } from './built-probe.ts';

const probe = await buildProbe();

describe.skipIf(probe.missing !== null)('the native probe on this machine', () => {
  test('says what the kernel says of the processor and of a hypervisor', async () => {
    const information = await readProbeInformation(probe.path);
    const cpuinfo = readFileSync('/proc/cpuinfo', 'utf8');
    expect(information.vendor).toBe(/^vendor_id\s*: (.*)$/m.exec(cpuinfo)?.[1]);
    expect(information.hypervisorBit).toBe(/^flags\s*:.*\bhypervisor\b/m.test(cpuinfo));
    if (information.hypervisorBit === false) expect(information.hypervisors).toEqual([]);
  });

  test('takes each sample it was asked for, warm-up included, in the order asked', async () => {
    const requests = [
      { operation: 'syscall', warmUp: 3, samples: 5 },
      { operation: 'cpuid', warmUp: 0, samples: 7 },
      { operation: 'page-touch', warmUp: 1, samples: 300 },
      { operation: 'timer-overhead', warmUp: 2, samples: 1 },
    ];
    const { operations, information } = await measureWithProbe(probe.path, requests);
    expect(operations.map(({ operation }) => operation)).toEqual(requests.map(({ operation }) => operation));
    for (const [index, { warmUp, samples }] of requests.entries()) {
      const operation = operations[index]!;
      if (!operation.available) throw new Error(operation.reason);
      expect(operation.warmUp).toBe(warmUp);
      expect(operation.ticks).toHaveLength(warmUp + samples);
      expect(Math.min(...operation.ticks)).toBeGreaterThan(0);
    }
    expect(information.tscHz).toBeGreaterThan(1e8);
    expect(information.tscRelativeError).toBeLessThan(0.01);
  });

  test('its ALU loop computes what its source says, on any compiler', async () => {
    const { operations } = await measureWithProbe(probe.path, [
      { operation: 'alu-loop', warmUp: 0, samples: 1 },
    ]);
    expect(operations[0]).toMatchObject({ result: aluLoop() });
  });

  test('a sleep never ends early', async () => {
    const { operations, information } = await measureWithProbe(probe.path, [
      { operation: 'timer-sleep', warmUp: 0, samples: 5 },
    ]);
    const sleep = operations[0]!;
    if (!sleep.available) throw new Error(sleep.reason);
    expect(sleep.requestedNs).toBe(1_000_000);
    const shortest = (Math.min(...sleep.ticks) / information.tscHz) * 1e9;
    expect(shortest).toBeGreaterThanOrEqual(sleep.requestedNs! * (1 - 0.001));
  });

  test('what this machine does not allow comes with a reason and without a number', async () => {
    const names = operationNames(probe.path);
    const { operations } = await measureWithProbe(
      probe.path,
      names.map((operation) => ({ operation, warmUp: 0, samples: 1 })),
    );
    expect(operations.map(({ operation }) => operation)).toEqual(names);
    for (const operation of operations) {
      if (operation.available) expect(operation.ticks).toHaveLength(1);
      else expect(operation.reason).not.toBe('');
    }
    // These need no device and no privilege, so they are available wherever the probe runs at all.
    const available = operations.filter((operation) => operation.available).map(({ operation }) => operation);
    expect(available).toEqual(
      expect.arrayContaining([
        'timer-overhead',
        'alu-loop',
        'syscall',
        'cpuid',
        'page-touch',
        'page-touch-again',
      ]),
    );
  });

  test.each([
    [['measure', 'cpuid=3'], /expected OPERATION=WARMUP\+SAMPLES: 'cpuid=3'/],
    [['measure', 'cpuid=3+0'], /expected OPERATION=WARMUP\+SAMPLES/],
    [['measure', 'cpuid=-1+5'], /expected OPERATION=WARMUP\+SAMPLES/],
    [['measure', 'cpuid=1+5x'], /expected OPERATION=WARMUP\+SAMPLES/],
    [['measure', 'cpuid=1+999999999'], /expected OPERATION=WARMUP\+SAMPLES/],
    [['measure', 'cpu=1+5'], /no such operation: 'cpu=1\+5'/],
    [['count', 'cpuid', '1e9'], /expected a number of operations/],
    [['frobnicate'], /no such command/],
    [[], /no such command/],
  ])('refuses %j and prints no result', (args, message) => {
    const { status, stdout, stderr } = spawnSync(probe.path, args, { encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/operations: timer-overhead alu-loop/);
  });

  test('a failure to measure names the probe and what it said', async () => {
    await expect(
      measureWithProbe(probe.path, [{ operation: 'levitate', warmUp: 0, samples: 1 }]),
    ).rejects.toThrow(/probe measure failed \(2\): probe: no such operation: 'levitate=0\+1'/);
  });
});

describe.skipIf(probe.missing !== null)('the probe that counts', () => {
  test('waits to be told, does exactly the operations, and ends', async () => {
    const { counter, readiness } = await ProbeCounter.start(probe.path, 'cpuid', 250);
    expect(readiness).toEqual({ available: true });
    expect(await counter.run()).toBe(250);
    await counter.finish();
    await expect(counter.run()).rejects.toThrow(/ended before it was done/);
  });

  test('can be let go without having run', async () => {
    const { counter } = await ProbeCounter.start(probe.path, 'syscall', 10);
    await counter.finish();
  });

  test('says what is not available, and why', async () => {
    const { operations } = await measureWithProbe(
      probe.path,
      operationNames(probe.path).map((operation) => ({ operation, warmUp: 0, samples: 1 })),
    );
    for (const operation of operations) {
      const { counter, readiness } = await ProbeCounter.start(probe.path, operation.operation, 1);
      await counter.finish();
      expect(readiness.available).toBe(operation.available);
      if (!readiness.available && !operation.available) expect(readiness.reason).toBe(operation.reason);
    }
  });

  test.each([
    [
      'an operation it does not know',
      () => probe.path,
      'levitate',
      /ended before it was ready: probe: no such operation/,
    ],
    [
      'a probe that is not there',
      () => `${probe.path}-missing`,
      'cpuid',
      /ended before it was ready: .*ENOENT/,
    ],
  ])('%s is an error', async (_, path, operation, message) => {
    await expect(ProbeCounter.start(path(), operation, 5)).rejects.toThrow(message);
  });
});

/** The names the binary itself knows. */
function operationNames(path: string): readonly string[] {
  const { stderr } = spawnSync(path, [], { encoding: 'utf8' });
  return /^operations: (.*)$/m.exec(stderr)![1]!.split(' ');
}

/** The loop of probe.c in 64-bit arithmetic. */
function aluLoop(): string {
  const mask = (1n << 64n) - 1n;
  const factor = 0xd6e8feb86659fd93n;
  let value = 0x9e3779b97f4a7c15n;
  for (let turns = 1000n; turns > 0n; turns--) {
    value = (value * factor) & mask;
    value = (value + turns) & mask;
    value = ((value << 17n) | (value >> 47n)) & mask;
    value ^= factor;
  }
  return value.toString(16).padStart(16, '0');
}

test.skipIf(probe.missing !== null)('the probe needs no shared library, so that it runs in any guest', () => {
  const elf = readFileSync(probe.path);
  expect(elf.subarray(0, 4).toString('latin1')).toBe('\x7fELF');
  // A dynamic executable names its loader in a program header of type PT_INTERP (elf(5)).
  const PT_INTERP = 3;
  const [offset, size, count] = [Number(elf.readBigUInt64LE(32)), elf.readUInt16LE(54), elf.readUInt16LE(56)];
  const types = Array.from({ length: count }, (_, index) => elf.readUInt32LE(offset + index * size));
  expect(types.length).toBeGreaterThan(0);
  expect(types).not.toContain(PT_INTERP);
  expect(execFileSync(probe.path, ['info'], { env: {}, encoding: 'utf8' })).toMatch(/^{"probe":1,/);
});
