import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { calibrateTimerOverhead, hrtimeNowTimestampProvider } from 'tinybench';
import { readProbeInformation } from '../probe/run.ts';
import { clockResolution } from './clock-resolution.ts';
import { redactCommandLine } from './command-line.ts';
import { parseCpuTime, stealShare } from './cpu-time.ts';
import { type Facts, underPrefix } from './facts.ts';
import { parseMemory } from './memory.ts';
import { parseMountOf } from './mount.ts';
import { parseProcessor } from './processor.ts';

const execute = promisify(execFile);

export interface EnvironmentOptions {
  /** The compiled native probe, which asks CPUID who the hypervisor is; left out, that is not recorded. */
  readonly probePath?: string;
  /** The directory the storage workloads write to. */
  readonly scratchDirectory?: string;
  /** A QEMU to ask for its version, when this level starts guests with one. */
  readonly qemuPath?: string;
  /** Where /proc and /sys are, for tests. */
  readonly root?: string;
}

const SINGLE_FILES = [
  ['proc/sys/kernel/osrelease', 'kernel.release'],
  ['proc/sys/kernel/version', 'kernel.version'],
  ['sys/devices/system/clocksource/clocksource0/current_clocksource', 'clock-source.current'],
  ['sys/devices/system/clocksource/clocksource0/available_clocksource', 'clock-source.available'],
  ['sys/devices/system/cpu/smt/control', 'smt'],
  ['sys/devices/system/cpu/cpu0/cpufreq/scaling_governor', 'cpu.governor'],
  ['sys/devices/system/cpu/cpuidle/current_driver', 'cpu.idle-driver'],
  ['sys/devices/system/cpu/cpuidle/current_governor', 'cpu.idle-governor'],
  ['sys/devices/system/node/online', 'numa.nodes'],
  ['sys/kernel/mm/transparent_hugepage/enabled', 'memory.transparent-huge-pages'],
  ['sys/kernel/mm/ksm/run', 'memory.ksm'],
  ['sys/class/dmi/id/sys_vendor', 'machine.vendor'],
  ['sys/class/dmi/id/product_name', 'machine.product'],
  ['sys/hypervisor/type', 'hypervisor.type'],
  ['proc/loadavg', 'load'],
] as const;

/**
 * What this level is, as far as it can tell from inside: the list of the kernel's own guide to nested guests
 * (Documentation/virt/kvm/x86/running-nested-guests.rst) and what else timings turn on. What a kernel does not offer is
 * left out, never guessed.
 */
export async function readEnvironment(options: EnvironmentOptions = {}): Promise<Facts> {
  const { root = '/' } = options;
  const file = (path: string): string | null => readText(join(root, path));
  return {
    ...parseProcessor(file('proc/cpuinfo') ?? ''),
    ...parseMemory(file('proc/meminfo') ?? ''),
    ...singleFiles(file),
    ...commandLine(file('proc/cmdline')),
    ...stealSinceBoot(file('proc/stat')),
    ...valuesIn(join(root, 'sys/devices/system/cpu/vulnerabilities'), 'vulnerability'),
    ...kvmModules(join(root, 'sys/module')),
    ...scratch(options.scratchDirectory, file('proc/self/mountinfo')),
    ...node(),
    ...(await probe(options.probePath)),
    ...(await qemu(options.qemuPath)),
  };
}

function singleFiles(file: (path: string) => string | null): Facts {
  const facts: Record<string, string> = {};
  for (const [path, name] of SINGLE_FILES) {
    const text = file(path);
    if (text !== null && text !== '') facts[name] = text;
  }
  return facts;
}

function commandLine(text: string | null): Facts {
  return text === null ? {} : { 'kernel.command-line': redactCommandLine(text) };
}

function stealSinceBoot(text: string | null): Facts {
  const time = parseCpuTime(text ?? '');
  if (time === null) return {};
  const boot = { user: 0, nice: 0, system: 0, idle: 0, ioWait: 0, irq: 0, softIrq: 0, steal: 0 };
  return { 'cpu.steal-share': Math.round(stealShare(boot, time) * 1e6) / 1e6 };
}

/** Parameters of kvm and of its vendor module, whichever that is: kvm_amd, kvm_intel or one from elsewhere. */
function kvmModules(modules: string): Facts {
  const names = listing(modules).filter((name) => /^kvm(_|$)/.test(name));
  return Object.fromEntries(
    names.flatMap((name) =>
      Object.entries(valuesIn(join(modules, name, 'parameters'), name.replace('_', '-'))),
    ),
  );
}

/** A directory with one value a file. */
function valuesIn(path: string, prefix: string): Facts {
  const facts: Record<string, string> = {};
  for (const name of listing(path)) {
    const text = readText(join(path, name));
    if (text !== null) facts[name] = text;
  }
  return underPrefix(prefix, facts);
}

function scratch(path: string | undefined, mounts: string | null): Facts {
  if (path === undefined || mounts === null) return {};
  return underPrefix('scratch', parseMountOf(realpathSync(path), mounts));
}

/** The libraries inside Node do the work of the workloads, and its clock takes their time. */
function node(): Facts {
  const { node: version, v8 = '', zlib = '', openssl = '', uv = '' } = process.versions;
  return {
    'node.version': version,
    'node.v8': v8,
    'node.zlib': zlib,
    'node.openssl': openssl,
    'node.uv': uv,
    'node.clock-overhead-ns': Math.round(
      calibrateTimerOverhead(hrtimeNowTimestampProvider, { pairs: 256 }) * 1e6,
    ),
    'node.clock-resolution-ns': clockResolution(),
  };
}

async function probe(path: string | undefined): Promise<Facts> {
  if (path === undefined) return {};
  const information = await readProbeInformation(path);
  return {
    'tsc.hz': information.tscHz,
    'tsc.relative-error': information.tscRelativeError,
    'cpuid.brand': information.brand?.trim() ?? '',
    'cpuid.hypervisor-bit': information.hypervisorBit ?? false,
    'cpuid.hypervisors': information.hypervisors?.join(' ') ?? '',
  };
}

async function qemu(path: string | undefined): Promise<Facts> {
  if (path === undefined) return {};
  const { stdout } = await execute(path, ['--version']);
  return { 'qemu.version': /version ([^\n]+)/.exec(stdout)?.[1] ?? stdout.trim() };
}

function listing(path: string): readonly string[] {
  try {
    return readdirSync(path).sort();
  } catch {
    return [];
  }
}

/** Files of /proc and /sys come and go with kernels, and some may be read by root only: no file, no fact. */
function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}
