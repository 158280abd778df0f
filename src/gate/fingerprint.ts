import type { BenchRecord, RecordLevel } from '../bench/record/record.ts';
import type { Aspect, FingerprintDifference } from './result.ts';

type Facts = ReadonlyMap<string, string>;

/**
 * Facts of a level that decide what work costs there, by the beginning of their name; the first that fits says which
 * aspect. What is not listed changes from run to run and explains nothing: load, free memory, measured clock rates.
 */
const LEVEL_FACTS: readonly (readonly [prefix: string, aspect: Aspect])[] = [
  ['cpu.count', 'vcpus'],
  ['cpu.mhz', 'machine'],
  ['cpu.steal', 'machine'],
  ['cpu.', 'cpu'],
  ['cpuid.', 'cpu'],
  ['smt', 'cpu'],
  ['numa.', 'cpu'],
  ['memory.total-bytes', 'memory'],
  ['memory.swap-bytes', 'memory'],
  ['memory.huge-pages', 'memory'],
  ['memory.transparent-huge-pages', 'memory'],
  ['memory.ksm', 'memory'],
  ['kernel.', 'kernel'],
  ['kvm', 'modules'],
  ['module', 'modules'],
  ['vulnerability.', 'mitigations'],
  ['clock-source.current', 'clock-source'],
  ['qemu.', 'qemu'],
  ['scratch.filesystem', 'storage'],
  ['scratch.options', 'storage'],
  ['node.version', 'node'],
  ['node.v8', 'node'],
  ['node.zlib', 'node'],
  ['node.openssl', 'node'],
];
const VOLATILE = new Set(['cpu.mhz', 'cpu.steal-share', 'node.clock-overhead-ns']);

/** Guests see a few pages more or less of the same memory, by how their kernel lays itself out. */
const MEMORY_STEP = 2 ** 24;

/** In which respects two records were not made alike. None, when every figure of one may stand beside the other's. */
export function fingerprintDifferences(
  baseline: BenchRecord,
  candidate: BenchRecord,
): readonly FingerprintDifference[] {
  const differences: FingerprintDifference[] = [];
  const compare = (
    where: string,
    factsOf: (record: BenchRecord) => Facts,
    aspectOf: (fact: string) => Aspect,
  ) => {
    const before = factsOf(baseline);
    const after = factsOf(candidate);
    for (const fact of [...new Set([...before.keys(), ...after.keys()])].sort()) {
      const [was, is] = [before.get(fact) ?? 'nothing', after.get(fact) ?? 'nothing'];
      if (was !== is) differences.push({ aspect: aspectOf(fact), where, fact, baseline: was, candidate: is });
    }
  };
  compare('the lab', labFacts, labAspect);
  const levels = new Set([...baseline.levels, ...candidate.levels].map(({ level }) => level));
  for (const level of [...levels].sort((a, b) => a - b)) {
    const found = (record: BenchRecord): RecordLevel | undefined =>
      record.levels.find((line) => line.level === level);
    const [before, after] = [found(baseline), found(candidate)];
    const where = level === 0 ? 'the metal' : `L${level}`;
    if (before === undefined || after === undefined) {
      const word = (line: RecordLevel | undefined): string =>
        line === undefined ? 'not reached' : 'reached';
      const reached = { baseline: word(before), candidate: word(after) };
      differences.push({ aspect: 'levels', where, fact: 'level', ...reached });
      continue;
    }
    compare(where, (record) => levelFacts(found(record)!), levelAspect);
  }
  return differences;
}

function labFacts({ header, levels }: BenchRecord): Facts {
  const facts = new Map<string, string>([
    ['lab', header.lab],
    ['clock', header.clock],
    ['seed', String(header.seed)],
    ['nestmark', header.version],
  ]);
  for (const name of ['image.key', 'qemu.arguments'] as const) {
    const value = header.settings[name];
    if (value !== undefined) facts.set(name, withoutKernelParameters(String(value), levels));
  }
  for (const [name, value] of Object.entries(header.machine)) {
    if (name === 'cpu.model-name' || name === 'cpu.count' || name === 'qemu.version') {
      facts.set(`machine.${name}`, String(value));
    }
  }
  return facts;
}

/** The parameters of the guest's kernel stand in QEMU's arguments as well, and are the kernel's affair. */
function withoutKernelParameters(text: string, levels: readonly RecordLevel[]): string {
  return levels.reduce((rest, { environment }) => {
    const parameters = environment['kernel.command-line'];
    return typeof parameters === 'string' ? rest.replace(parameters, '(the kernel’s)') : rest;
  }, text);
}

function labAspect(fact: string): Aspect {
  if (fact.startsWith('machine.')) return fact === 'machine.qemu.version' ? 'qemu' : 'machine';
  if (fact === 'image.key') return 'image';
  if (fact === 'qemu.arguments') return 'qemu';
  return fact === 'nestmark' ? 'nestmark' : 'lab';
}

function levelFacts({ accelerator, environment }: RecordLevel): Facts {
  const facts = new Map<string, string>([
    ['accelerator', `${accelerator.name}, ${accelerator.verified ? 'verified' : 'not verified'}`],
  ]);
  for (const [name, value] of Object.entries(environment)) {
    if (VOLATILE.has(name) || !LEVEL_FACTS.some(([prefix]) => name.startsWith(prefix))) continue;
    const rounded =
      name === 'memory.total-bytes' && typeof value === 'number'
        ? `${Math.round(value / MEMORY_STEP) * 16} MiB`
        : String(value);
    facts.set(name, rounded);
  }
  return facts;
}

function levelAspect(fact: string): Aspect {
  if (fact === 'accelerator') return 'accelerator';
  return LEVEL_FACTS.find(([prefix]) => fact.startsWith(prefix))![1];
}
