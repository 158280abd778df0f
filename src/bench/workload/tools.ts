import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ToolMetric } from '../adapter/metric.ts';
import type { RecordSkipped, TakenSamples } from '../record/record.ts';
import type { Amount, Effort, WorkloadDescription } from './workload.ts';

interface ToolPlaces {
  readonly scratch: string;
  readonly output: string;
  /** Where its server listens, if it has one. */
  readonly port: number;
}

/** A well-known benchmark that is run where it is installed. Each of its runs is one sample: the time of one operation. */
interface ToolWorkload extends WorkloadDescription {
  readonly program: string;
  /** Debian's package. */
  readonly package: string;
  /** Of a run of a second. @param output a file that does not exist yet */
  readonly command: (places: ToolPlaces) => readonly string[];
  /** What is to be there before it, at a port of this machine that it is then given: a server that ends with its client. */
  readonly server?: (port: number) => readonly string[];
  /** Whether the figures are in `output`, and not in what it prints. */
  readonly writes?: true;
  /** Loaded when it is needed: the agent in a guest never needs it. */
  readonly parser: () => Promise<(text: string) => readonly ToolMetric[]>;
  /** Which of its figures is taken. */
  readonly metric: string;
}

const RUNS: Readonly<Record<Effort, Amount>> = {
  small: { warmUp: 0, samples: 2, counted: 0 },
  default: { warmUp: 1, samples: 4, counted: 0 },
};
const LOOPBACK = '127.0.0.1';
/** What iperf3 reads and writes at once. */
const IPERF3_BYTES = 128 * 1024;
/** Of one run, which takes a second where nothing hangs. */
const TIMEOUT_MS = 60_000;

const stressNg = (
  stressor: string,
  metric: string,
  more: Pick<WorkloadDescription, 'class' | 'exercises' | 'exitFree'>,
  options: readonly string[] = [],
): ToolWorkload => ({
  ...{ name: `tool-stress-ng-${stressor}`, program: 'stress-ng', package: 'stress-ng', ...more },
  ...{ waits: false, effort: RUNS, writes: true, metric: `${stressor}/${metric}` },
  command: ({ scratch, output }) => [
    ...[`--${stressor}`, '1', ...options, '--timeout', '1', '--metrics', '--yaml', output],
    ...['--temp-path', scratch],
  ],
  parser: async () => (await import('../adapter/stress-ng.ts')).parseStressNg,
});

const fio = (direction: 'read' | 'write'): ToolWorkload => ({
  name: `tool-fio-${direction}`,
  exercises: `fio: ${direction} of 4 KiB at a random place of a 16 MiB file, past the page cache; mean completion latency`,
  class: 'storage',
  ...{ exitFree: false, waits: true, effort: RUNS, program: 'fio', package: 'fio' },
  command: ({ scratch }) => [
    ...['--name=job', `--rw=rand${direction}`, '--bs=4k', '--size=16m', '--direct=1', '--ioengine=psync'],
    ...['--runtime=1', '--time_based', '--unlink=1', `--directory=${scratch}`, '--output-format=json'],
  ],
  parser: async () => (await import('../adapter/fio.ts')).parseFio,
  metric: `job/${direction}/latency-mean`,
});

export const TOOL_WORKLOADS: readonly ToolWorkload[] = [
  stressNg('x86cpuid', 'nanosecs-per-cpuid-instruction', {
    exercises: 'stress-ng: CPUID of many leaves, mean',
    class: 'exit',
    exitFree: false,
  }),
  stressNg(
    'switch',
    'nanosecs-per-context-switch-pipe-method',
    {
      exercises: 'stress-ng: a switch between two processes by a pipe, mean',
      class: 'kernel',
      exitFree: false,
    },
    ['--switch-method', 'pipe'],
  ),
  {
    name: 'tool-sysbench-cpu',
    exercises: 'sysbench: prime numbers up to 10000, one event; mean',
    class: 'control',
    ...{ exitFree: true, waits: false, effort: RUNS, program: 'sysbench', package: 'sysbench' },
    command: () => ['cpu', '--threads=1', '--time=1', 'run'],
    parser: async () => (await import('../adapter/sysbench.ts')).parseSysbench,
    metric: 'events',
  },
  fio('read'),
  fio('write'),
  {
    name: 'tool-cyclictest',
    exercises: 'cyclictest: how late a thread wakes that sleeps 1 ms, mean',
    class: 'exit',
    ...{ exitFree: false, waits: true, effort: RUNS, program: 'cyclictest', package: 'rt-tests' },
    command: ({ output }) => ['--quiet', '--interval=1000', '--loops=1000', `--json=${output}`],
    writes: true,
    parser: async () => (await import('../adapter/cyclictest.ts')).parseCyclictest,
    metric: 'thread-0/avg',
  },
  {
    name: 'tool-iperf3',
    exercises: 'iperf3: 128 KiB through TCP on the loopback device, of a stream of a second',
    class: 'network',
    ...{ exitFree: true, waits: false, effort: RUNS, program: 'iperf3', package: 'iperf3' },
    server: (port) => ['--server', '--one-off', '--port', String(port)],
    command: ({ port }) => ['--client', LOOPBACK, '--port', String(port), '--time', '1', '--json'],
    parser: async () => (await import('../adapter/iperf3.ts')).parseIperf3,
    metric: 'received',
  },
];

/** @throws {Error} when the tool fails, or prints what is not known of it */
export async function timeWithTool(
  tool: ToolWorkload,
  { level, effort, scratchDirectory }: ToolRun,
): Promise<TakenSamples | RecordSkipped> {
  const { warmUp, samples } = tool.effort[effort];
  const directory = await mkdtemp(join(scratchDirectory, 'nestmark-tool-'));
  const values: number[] = [];
  try {
    const parse = await tool.parser();
    for (let run = 0; run < warmUp + samples; run++) {
      const output = join(directory, `output-${run}`);
      const printed = await runOnce(tool, { scratch: directory, output });
      if (printed === null) {
        const reason = `${tool.program} is not there; on Debian: apt-get install ${tool.package}`;
        return { kind: 'skipped', level, workload: tool.name, reason };
      }
      const metrics = parse(tool.writes === true ? await readFile(output, 'utf8') : printed);
      values.push(nanosecondsOf(tool, metrics));
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return {
    ...{ kind: 'samples', level, workload: tool.name, class: tool.class, unit: 'ns', values, warmUp },
    ...{ operationsPerSample: 1, checksum: null },
  };
}

interface ToolRun {
  readonly level: number;
  readonly effort: Effort;
  readonly scratchDirectory: string;
}

/** @returns what it printed, or null when there is no such program */
async function runOnce(tool: ToolWorkload, places: Omit<ToolPlaces, 'port'>): Promise<string | null> {
  const { program, server, command } = tool;
  if (server === undefined) return await outputOf(program, command({ ...places, port: 0 }));
  const port = await freePort();
  const listening = spawn(program, server(port), { stdio: 'ignore' });
  const ended = once(listening, 'exit').catch(() => undefined);
  try {
    return (await isListening(port, listening))
      ? await outputOf(program, command({ ...places, port }))
      : null;
  } finally {
    listening.kill('SIGKILL');
    await ended;
  }
}

async function outputOf(program: string, args: readonly string[]): Promise<string | null> {
  try {
    return (await promisify(execFile)(program, args, { timeout: TIMEOUT_MS })).stdout;
  } catch (error) {
    const { code, stderr = '' } = error as { code?: unknown; stderr?: string };
    if (code === 'ENOENT') return null;
    throw new Error(`${program} failed: ${stderr.trim() || (error as Error).message}`);
  }
}

/** A port of the loopback device that nobody has, and nobody is likely to take in the moment until it is used. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, LOOPBACK);
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  await promisify(probe.close.bind(probe))();
  return port;
}

/**
 * By the kernel's list of sockets, since a connection made to find out would be its one client.
 * @returns false when there is no such program
 * @throws {Error} when it ends, or does not listen in time
 */
async function isListening(port: number, server: ChildProcess): Promise<boolean> {
  let failure: NodeJS.ErrnoException | null = null;
  server.once('error', (error) => {
    failure = error;
  });
  const listening = new RegExp(`:${port.toString(16).toUpperCase().padStart(4, '0')} \\S+ 0A `, 'm');
  for (let waited = 0; waited < TIMEOUT_MS; waited += POLL_MS) {
    if (failure !== null) {
      if ((failure as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw failure;
    }
    if (server.exitCode !== null) throw new Error(`${server.spawnfile} ended before it listened`);
    const sockets = await Promise.all(
      ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
    );
    if (sockets.some((text) => listening.test(text))) return true;
    await setTimeout(POLL_MS);
  }
  throw new Error(`${server.spawnfile} did not listen within ${TIMEOUT_MS / 1000} s`);
}

const POLL_MS = 20;

function nanosecondsOf({ program, metric }: ToolWorkload, metrics: readonly ToolMetric[]): number {
  const found = metrics.find(({ name }) => name === metric);
  if (found === undefined) {
    throw new Error(
      `${program} has no figure called ${metric}; it has ${metrics.map(({ name }) => name).join(', ')}`,
    );
  }
  switch (found.unit) {
    case 'ns':
      return found.value;
    case 'us':
      return found.value * 1000;
    case 'per second':
      return 1e9 / found.value;
    case 'bits per second':
      return (8e9 * IPERF3_BYTES) / found.value;
    default:
      throw new Error(`${program}: ${metric} in ${found.unit} is no time of an operation`);
  }
}
