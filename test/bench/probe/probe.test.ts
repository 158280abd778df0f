import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ProbeOperation } from '../../../src/bench/probe/output.ts';
import { readProbeInformation } from '../../../src/bench/probe/run.ts';
import { ProbeSession } from '../../../src/bench/probe/session.ts';
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

  test('takes each sample it was asked for, warm-up included, one request after the other', async () => {
    const session = await ProbeSession.start(probe.path);
    for (const request of [
      { operation: 'syscall', warmUp: 3, samples: 5 },
      { operation: 'cpuid', warmUp: 0, samples: 7 },
      { operation: 'page-touch', warmUp: 1, samples: 300 },
      { operation: 'timer-overhead', warmUp: 2, samples: 1 },
    ]) {
      const measured = available(await session.measure(request));
      expect(measured.operation).toBe(request.operation);
      expect(measured.warmUp).toBe(request.warmUp);
      expect(measured.ticks).toHaveLength(request.warmUp + request.samples);
      expect(Math.min(...measured.ticks)).toBeGreaterThan(0);
    }
    expect(session.information.tscHz).toBeGreaterThan(1e8);
    expect(session.information.tscRelativeError).toBeLessThan(0.01);
    await session.end();
  });

  test('its ALU loop computes what its source says, on any compiler', async () => {
    const session = await ProbeSession.start(probe.path);
    const measured = await session.measure({ operation: 'alu-loop', warmUp: 0, samples: 1 });
    expect(measured).toMatchObject({ result: aluLoop() });
    await session.end();
  });

  test('its hash is SHA-256 as Node computes it', async () => {
    const session = await ProbeSession.start(probe.path);
    const measured = await session.measure({ operation: 'hash', warmUp: 1, samples: 1 });
    expect(measured).toMatchObject({ result: firstOfDigest() });
    await session.end();
  });

  test('a sleep never ends early', async () => {
    const session = await ProbeSession.start(probe.path);
    const sleep = available(await session.measure({ operation: 'timer-sleep', warmUp: 0, samples: 5 }));
    expect(sleep.requestedNs).toBe(1_000_000);
    const shortest = (Math.min(...sleep.ticks) / session.information.tscHz) * 1e9;
    expect(shortest).toBeGreaterThanOrEqual(sleep.requestedNs! * (1 - 0.001));
    await session.end();
  });

  test('what this machine does not allow comes with a reason, whether it is timed or counted', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'nestmark-probe-scratch-'));
    const peer = await Peer.start(probe.path);
    const session = await ProbeSession.start(probe.path, { scratchDirectory: directory, peer: peer.address });
    const done: string[] = [];
    for (const operation of operationNames(probe.path)) {
      // Half a gigabyte is not for a test.
      if (operation === 'chase-512m') continue;
      const measured = await session.measure({ operation, warmUp: 0, samples: 1 });
      const readiness = await session.prepareCount(operation, 2);
      expect(readiness.available).toBe(measured.available);
      if (measured.available) {
        expect(measured.ticks).toHaveLength(1);
        await session.run(2);
        done.push(operation);
      } else {
        expect(measured.reason).not.toBe('');
        expect(readiness).toEqual({ available: false, reason: measured.reason });
      }
    }
    // These need no device and no privilege, so they are available wherever the probe runs at all.
    expect(done).toEqual(
      expect.arrayContaining([
        ...['timer-overhead', 'alu-loop', 'syscall', 'cpuid', 'page-touch', 'page-touch-again'],
        ...['chase-16k', 'chase-32m', 'mmap', 'pipe-one-cpu', 'fork-exec'],
        ...['request-small', 'request-large', 'stream-small', 'stream-large'],
      ]),
    );
    await session.end();
    peer.end();
    expect(readdirSync(directory)).toEqual([]);
    rmSync(directory, { recursive: true });
  });

  test('a level without a network says so', async () => {
    const session = await ProbeSession.start(probe.path);
    const measured = await session.measure({ operation: 'request-small', warmUp: 0, samples: 1 });
    expect(measured).toMatchObject({ available: false, reason: 'there is no network to the level below' });
    await session.end();
  });

  test.each([
    [['frobnicate'], /no such command/],
    [[], /no such command/],
    [['session', 'a', 'b', 'c'], /no such command/],
  ])('refuses %j and prints no result', (args, message) => {
    const { status, stdout, stderr } = spawnSync(probe.path, args, { encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/operations: timer-overhead alu-loop/);
  });

  test.each([
    ['measure cpuid 3', /not understood: 'measure cpuid 3'/],
    ['measure cpuid 3 0', /expected a number of samples/],
    ['measure cpuid -1 5', /expected a number of samples/],
    ['measure cpuid 1 5x', /expected a number of samples/],
    ['measure cpuid 1 999999999', /expected a number of samples/],
    ['measure cpu 1 5', /no such operation: 'cpu'/],
    ['count cpuid 1e9', /expected a number of samples/],
    ['levitate', /not understood/],
  ])('refuses %j in a session', (line, message) => {
    const { status, stderr } = spawnSync(probe.path, ['session'], { encoding: 'utf8', input: `${line}\n` });
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe.skipIf(probe.missing !== null)('a session with the probe', () => {
  test('waits to be told, does exactly the operations, and goes on', async () => {
    const session = await ProbeSession.start(probe.path);
    expect(await session.prepareCount('cpuid', 250)).toEqual({ available: true });
    await session.run(250);
    expect(await session.prepareCount('syscall', 10)).toEqual({ available: true });
    await session.cancel();
    expect(
      available(await session.measure({ operation: 'syscall', warmUp: 0, samples: 3 })).ticks,
    ).toHaveLength(3);
    await session.end();
    await expect(session.measure({ operation: 'syscall', warmUp: 0, samples: 3 })).rejects.toThrow(
      /ended before it had measured syscall/,
    );
  });

  test('an operation it does not know is an error', async () => {
    const session = await ProbeSession.start(probe.path);
    await expect(session.measure({ operation: 'levitate', warmUp: 0, samples: 5 })).rejects.toThrow(
      /ended before it had measured levitate: probe: no such operation: 'levitate'/,
    );
  });

  test('a probe that is not there is an error', async () => {
    await expect(ProbeSession.start(`${probe.path}-missing`)).rejects.toThrow(
      /ended before it had started: .*ENOENT/,
    );
  });
});

/** The other end of the network operations. */
class Peer {
  readonly address: string;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.address = `127.0.0.1:${port}`;
  }

  static async start(path: string): Promise<Peer> {
    const child = spawn(path, ['serve', '127.0.0.1', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = (await once(child.stdout, 'data')) as [Buffer];
    return new Peer(child, (JSON.parse(said.toString()) as { port: number }).port);
  }

  end(): void {
    this.#child.kill();
  }
}

function available(operation: ProbeOperation): ProbeOperation & { readonly available: true } {
  if (!operation.available) throw new Error(operation.reason);
  return operation;
}

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

/** Of 1 KiB of the high bytes of Knuth's generator (MMIX), the first 8 bytes. */
function firstOfDigest(): string {
  const input = Buffer.alloc(1024);
  let state = 1n;
  for (let i = 0; i < input.length; i++) {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    input[i] = Number(state >> 56n);
  }
  return createHash('sha256').update(input).digest('hex').slice(0, 16);
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
