import { type ExecFileException, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** This machine cannot build a switch; the message says what it lacks and how to get it. */
export class SwitchUnavailable extends Error {
  override readonly name = 'SwitchUnavailable';
}

/** A Linux bridge to build. */
export interface BridgePlan {
  readonly mode: 'hub' | 'learning';
  readonly ports: number;
  /** To how many ports a hub floods; the others are told not to take part. */
  readonly targets: number;
}

/** How a run sends: so many frames at once, then a pause, again and again. */
export interface Load {
  readonly frameBytes: number;
  readonly batch: number;
  readonly thinkNs: number;
  readonly runNs: number;
}

export interface TrafficSample {
  readonly sent: number;
  readonly arrived: number;
  /** Frames at ports they were not for. */
  readonly copies: number;
  /** CPU time, thinking left out. */
  readonly cpuNs: number;
  readonly wallNs: number;
  /** Ticks in which this machine's CPU was with another machine. */
  readonly stealTicks: number;
}

const PREFIX = 'nestmark-';

/**
 * Bridges of the running kernel with ports to send to, in network namespaces of their own: one holds the bridges, one
 * the far ends of their ports. Nothing outside of them sees a frame, and closing them removes everything.
 */
export class RealSwitch {
  readonly #directory: string;
  readonly #ports: string;
  readonly #program: string;
  readonly #cpu: number;
  readonly #addresses: readonly string[];
  readonly #signal: AbortSignal;

  private constructor(
    directory: string,
    ports: string,
    program: string,
    addresses: readonly string[],
    signal: AbortSignal,
  ) {
    this.#directory = directory;
    this.#ports = ports;
    this.#program = program;
    this.#cpu = availableParallelism() - 1;
    this.#addresses = addresses;
    this.#signal = signal;
  }

  /**
   * Builds the bridges.
   *
   * @throws SwitchUnavailable without root, iproute2, a compiler, or a kernel that has bridges.
   */
  static async open(bridges: readonly BridgePlan[], signal: AbortSignal): Promise<RealSwitch> {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) {
      throw new SwitchUnavailable(
        'building a switch takes root on Linux: run it with sudo, or in a VM of your own',
      );
    }
    await removeAbandoned();
    const names = { switches: `${PREFIX}${process.pid}-switches`, ports: `${PREFIX}${process.pid}-ports` };
    const directory = await mkdtemp(join(tmpdir(), 'nestmark-switch-'));
    try {
      const program = await compile(directory);
      signal.throwIfAborted();
      await ip(['netns', 'add', names.switches]);
      await ip(['netns', 'add', names.ports]);
      await ip(['-n', names.switches, '-batch', '-'], switchCommands(bridges));
      await ip(['-n', names.ports, '-batch', '-'], portCommands(bridges, names.switches));
      await ip(['-n', names.switches, '-batch', '-'], joinCommands(bridges));
      const addresses = await addressesOf(bridges, names.ports);
      signal.throwIfAborted();
      return new RealSwitch(directory, names.ports, program, addresses, signal);
    } catch (error) {
      await remove(names.switches, names.ports, directory);
      throw error;
    }
  }

  /** Sends over one bridge after the other, by index, in one process; answers in the same order. */
  async run(loads: readonly { readonly bridge: number; readonly load: Load }[]): Promise<TrafficSample[]> {
    const lines = loads.map(({ bridge, load }) => {
      const net = `10.77.${bridge}`;
      const { frameBytes, batch, thinkNs, runNs } = load;
      return `b${bridge}p1 b${bridge}p2 ${this.#addresses[bridge]} ${net}.99 ${net}.2 ${frameBytes} ${batch} ${thinkNs} ${runNs}\n`;
    });
    const output = await withInput(
      'ip',
      ['netns', 'exec', this.#ports, this.#program, String(this.#cpu)],
      lines.join(''),
      this.#signal,
    );
    const samples = output.trimEnd().split('\n').map(parseSample);
    if (samples.length !== loads.length) {
      throw new Error(`the sender answered ${samples.length} of ${loads.length} runs`);
    }
    return samples;
  }

  async close(): Promise<void> {
    await remove(this.#ports.replace(/ports$/, 'switches'), this.#ports, this.#directory);
  }
}

/** Without IPv6, which would send frames of its own. */
const up = (device: string): string => `link set ${device} addrgenmode none\nlink set ${device} up\n`;

function switchCommands(bridges: readonly BridgePlan[]): string {
  return bridges
    .map(({ mode }, index) => {
      const ageing = mode === 'hub' ? 0 : 30_000;
      return `link add b${index} type bridge ageing_time ${ageing} mcast_snooping 0\n${up(`b${index}`)}`;
    })
    .join('');
}

function portCommands(bridges: readonly BridgePlan[], switches: string): string {
  const ports = bridges.flatMap(({ ports: count }, index) =>
    Array.from({ length: count }, (_, port) => {
      const end = `b${index}p${port + 1}`;
      return `link add ${end} type veth peer name b${index}s${port + 1} netns ${switches}\n${up(end)}`;
    }),
  );
  const addresses = bridges.map((_, index) => `addr add 10.77.${index}.2/24 dev b${index}p2\n`);
  return ['link set lo up\n', ...ports, ...addresses].join('');
}

function joinCommands(bridges: readonly BridgePlan[]): string {
  return bridges
    .flatMap(({ ports, targets, mode }, index) =>
      Array.from({ length: ports }, (_, port) => {
        const end = `b${index}s${port + 1}`;
        // Port 1 sends and port 2 receives; of the others, as many take part as make up the targets.
        const quiet = mode === 'hub' && port > targets ? `link set ${end} type bridge_slave flood off\n` : '';
        return `link set ${end} master b${index}\n${up(end)}${quiet}`;
      }),
    )
    .join('');
}

async function addressesOf(bridges: readonly BridgePlan[], namespace: string): Promise<string[]> {
  const { stdout } = await exec('ip', ['-n', namespace, '-j', 'link', 'show']);
  const links = JSON.parse(stdout) as readonly { readonly ifname: string; readonly address: string }[];
  return bridges.map((_, index) => {
    const link = links.find(({ ifname }) => ifname === `b${index}p2`);
    if (link === undefined) throw new Error(`the port b${index}p2 that was just made is not there`);
    return link.address;
  });
}

async function compile(directory: string): Promise<string> {
  const candidates = ['./traffic.c', '../../../src/verify/switch/traffic.c'].map((relative) =>
    fileURLToPath(new URL(relative, import.meta.url)),
  );
  const source = candidates.find((candidate) => existsSync(candidate));
  if (source === undefined) {
    throw new SwitchUnavailable(`the sender's source was not found; looked for ${candidates.join(' and ')}`);
  }
  const program = join(directory, 'traffic');
  try {
    await exec('gcc', ['-O2', '-Wall', '-Wextra', source, '-o', program]);
  } catch (error) {
    throw lacks(error, 'gcc', 'gcc libc6-dev', 'the sender could not be compiled');
  }
  return program;
}

async function ip(words: readonly string[], input = ''): Promise<void> {
  try {
    await withInput('ip', words, input);
  } catch (error) {
    throw lacks(error, 'ip', 'iproute2', 'network namespaces with a bridge could not be made here');
  }
}

function lacks(error: unknown, tool: string, packages: string, what: string): SwitchUnavailable {
  const { code, stderr, message } = error as ExecFileException & { readonly stderr?: string };
  if (code === ('ENOENT' as unknown)) {
    return new SwitchUnavailable(`the program ${tool} was not found; on Debian: apt-get install ${packages}`);
  }
  return new SwitchUnavailable(`${what}:\n${(stderr ?? message ?? '').trim()}`);
}

/** Standard output of a program that read `input`; its standard error is in what is thrown. */
function withInput(
  program: string,
  words: readonly string[],
  input: string,
  signal?: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ['pipe', 'pipe', 'pipe'], ...(signal ? { signal } : {}) });
    let output = '';
    let complaint = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    child.on('error', reject);
    child.on('close', (code, killed) => {
      if (code === 0) resolve(output);
      else {
        const how = killed === null ? `ended with ${code}` : `was ended by ${killed}`;
        reject(new Error(`${program} ${words[0]} ${how}: ${complaint.trim()}`));
      }
    });
    // A program that has ended does not read on.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

function parseSample(line: string): TrafficSample {
  const numbers = line.split(' ').map(Number);
  const [sent, arrived, copies, cpuNs, wallNs, stealTicks] = numbers;
  if (numbers.length !== 6 || numbers.some((number) => !Number.isFinite(number))) {
    throw new Error(`the sender answered ${JSON.stringify(line)}, expected six numbers`);
  }
  return {
    sent: sent!,
    arrived: arrived!,
    copies: copies!,
    cpuNs: cpuNs!,
    wallNs: wallNs!,
    stealTicks: stealTicks!,
  };
}

async function remove(switches: string, ports: string, directory: string): Promise<void> {
  // A namespace takes its devices with it. What was never made is not missed.
  await exec('ip', ['netns', 'del', ports]).catch(() => undefined);
  await exec('ip', ['netns', 'del', switches]).catch(() => undefined);
  await rm(directory, { recursive: true, force: true });
}

/** Namespaces of a nestmark that was killed before it could remove them. */
async function removeAbandoned(): Promise<void> {
  const names = await readdir('/run/netns').catch((): string[] => []);
  for (const name of names) {
    const owner = /^nestmark-(\d+)-(?:switches|ports)$/.exec(name)?.[1];
    if (owner === undefined || existsSync(`/proc/${owner}`)) continue;
    await exec('ip', ['netns', 'del', name]).catch(() => undefined);
  }
}
