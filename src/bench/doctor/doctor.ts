import { readFileSync, statfsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseCpuTime, stealShare } from '../environment/cpu-time.ts';
import { readEnvironment } from '../environment/environment.ts';
import type { Facts } from '../environment/facts.ts';
import { findOptionalTool, TOOLS, type Tool } from '../image/tool.ts';
import { compileProbe } from '../probe/compile.ts';
import { checkKvm, hasFlag } from './kvm.ts';
import { bootTinyGuest } from './tiny-guest.ts';

export interface LabDiagnosis {
  readonly lab: 'here' | 'emulated' | 'kvm' | 'ssh';
  readonly works: boolean;
  readonly why: string;
  /** Debian packages that would help. */
  readonly packages: readonly string[];
}

export interface Diagnosis {
  readonly schema: 'nestmark/doctor@1';
  readonly labs: readonly LabDiagnosis[];
  /** The level this machine is at, as far as it can tell. */
  readonly level: { readonly atLeast: number; readonly seen: string };
  readonly facts: Facts;
  /** What speaks against timing anything here now. */
  readonly warnings: readonly string[];
}

const EMULATED_TOOLS: readonly Tool[] = [
  ...(['qemu-system-x86_64', 'mksquashfs', 'mke2fs', 'busybox', 'gcc', 'ldd', 'setpriv'] as const),
  ...(['apt-cache', 'apt-get', 'dpkg-deb'] as const),
];
/** Memory and disk the emulated ladder takes. */
const EMULATED_BYTES = 2.5e9;
const MOST_STEAL = 0.1;

/** What this machine can do: nothing is taken for granted that was not seen to work. */
export async function diagnose(): Promise<Diagnosis> {
  const facts = await environment();
  const emulated = await emulatedLab(facts);
  const kvm = await kvmLab(facts);
  const labs = [here(facts), emulated, kvm, ssh()];
  return { schema: 'nestmark/doctor@1', labs, level: levelOf(facts), facts, warnings: await warnings(facts) };
}

async function environment(): Promise<Facts> {
  const directory = await mkdtemp(join(tmpdir(), 'nestmark-doctor-'));
  const qemu = findOptionalTool('qemu-system-x86_64');
  try {
    const probePath = join(directory, 'probe');
    // Without a compiler, what CPUID says is left out; the flags of the kernel are there all the same.
    const built = await compileProbe(probePath).then(
      () => true,
      () => false,
    );
    const { bavail, bsize } = statfsSync(tmpdir());
    return {
      ...(await readEnvironment({
        ...(built ? { probePath } : {}),
        ...(qemu === null ? {} : { qemuPath: qemu }),
      })),
      'disk.free-bytes': bavail * bsize,
      'probe.builds': built,
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function levelOf(facts: Facts): Diagnosis['level'] {
  const inGuest = hasFlag(facts, 'hypervisor');
  const announced = String(facts['cpuid.hypervisors'] ?? '').trim();
  const product = [facts['machine.vendor'], facts['machine.product']].filter(Boolean).join(' ');
  const seen = inGuest
    ? `CPUID has the hypervisor bit${announced === '' ? '' : ` and announces ${announced}`}`
    : 'CPUID has no hypervisor bit';
  return {
    atLeast: inGuest ? 1 : 0,
    seen: product === '' ? seen : `${seen}; the machine says it is ${product}`,
  };
}

function here(facts: Facts): LabDiagnosis {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return {
      lab: 'here',
      works: false,
      why: `this is ${process.platform} on ${process.arch}, expected Linux on x86-64`,
      packages: [],
    };
  }
  if (facts['probe.builds'] !== true) {
    return {
      lab: 'here',
      works: false,
      why: 'the native probe cannot be built',
      packages: ['gcc', 'libc6-dev'],
    };
  }
  return {
    lab: 'here',
    works: true,
    why: `this machine as it is, at level ${levelOf(facts).atLeast} at least`,
    packages: [],
  };
}

async function emulatedLab(facts: Facts): Promise<LabDiagnosis> {
  const lab = 'emulated';
  const missing = EMULATED_TOOLS.filter((tool) => findOptionalTool(tool) === null);
  if (missing.length > 0 || facts['probe.builds'] !== true) {
    const packages = [
      ...new Set([
        ...missing.map((tool) => TOOLS[tool]),
        ...(facts['probe.builds'] === true ? [] : ['gcc', 'libc6-dev']),
      ]),
    ];
    return { lab, works: false, why: `not found: ${missing.join(', ') || 'a working C compiler'}`, packages };
  }
  const short = (['memory.available-bytes', 'disk.free-bytes'] as const).find(
    (name) => Number(facts[name] ?? Infinity) < EMULATED_BYTES,
  );
  if (short !== undefined) {
    return {
      lab,
      works: false,
      why: `${short.startsWith('memory') ? 'memory' : 'disk'} free: ${gib(facts[short])}, expected ${gib(EMULATED_BYTES)}`,
      packages: [],
    };
  }
  const guest = await bootTinyGuest('tcg', findOptionalTool('qemu-system-x86_64')!);
  if (!guest.answered)
    return { lab, works: false, why: `a tiny guest was booted: ${guest.reason}`, packages: [] };
  return {
    lab,
    works: true,
    why: `a tiny emulated guest answered after ${guest.seconds.toFixed(1)} s`,
    packages: [],
  };
}

async function kvmLab(facts: Facts): Promise<LabDiagnosis> {
  const { works, why, packages } = await checkKvm(findOptionalTool('qemu-system-x86_64'), facts);
  return { lab: 'kvm', works, why, packages };
}

function ssh(): LabDiagnosis {
  const works = findOptionalTool('ssh') !== null;
  return {
    lab: 'ssh',
    works,
    why: works ? 'ssh is there; which machines answer is seen when they are asked' : 'ssh was not found',
    packages: works ? [] : [TOOLS.ssh],
  };
}

async function warnings(facts: Facts): Promise<readonly string[]> {
  const read = (): ReturnType<typeof parseCpuTime> => parseCpuTime(readFileSync('/proc/stat', 'utf8'));
  const before = read();
  await delay(1000);
  const after = read();
  const found: string[] = [];
  const steal = before === null || after === null ? 0 : stealShare(before, after);
  if (steal > MOST_STEAL)
    found.push(
      `${(steal * 100).toFixed(0)} % of the processors’ time is stolen: times will mean little; use --clock instructions`,
    );
  const load = Number(String(facts['load'] ?? '0').split(' ')[0]);
  const cpus = Number(facts['cpu.count'] ?? 1);
  if (load > cpus)
    found.push(
      `load ${load} on ${cpus} processors: times will mean little; use --clock instructions, or wait`,
    );
  return found;
}

const gib = (bytes: unknown): string => `${(Number(bytes) / 2 ** 30).toFixed(1)} GiB`;
