import { type BenchRecord, RECORD_SCHEMA, type RecordSamples } from '../../src/bench/record/record.ts';
import { RandomStream } from '../../src/model/kernel/random-stream.ts';
import { ns } from '../../src/model/kernel/units.ts';
import type { ExitClass } from '../../src/model/machine/exit-class.ts';
import { exitCost } from '../../src/model/machine/exit-cost.ts';
import type { ExitCostParameters } from '../../src/model/machine/specification.ts';

/** A machine whose recursion is known: what a record of it would say. */
export interface Truth {
  readonly exits: ExitCostParameters;
  /** Cost on the metal of each workload, in ns; workloads without an entry do not run there. */
  readonly metal: Readonly<Record<string, number>>;
  /** Exits of the workload's median operation in a guest. */
  readonly exitsOf: Readonly<Record<string, Readonly<Partial<Record<ExitClass, number>>>>>;
  readonly classOf?: Readonly<Record<string, RecordSamples['class']>>;
}

const parameters = (
  handle: number,
  reflect: number,
  ops: Readonly<Partial<Record<ExitClass, number>>> = {},
) => ({ handle: ns(handle), reflect: ns(reflect), ops });

/** Reflection 4000, cost(vm-entry, 1) 12000, an access 3000: close to the emulated lab's instruction clock. */
export const TRUTH: Truth = {
  exits: {
    switch: ns(1_000),
    classes: {
      cpuid: parameters(2_000, 4_000, { 'vm-entry': 1, 'vmcs-access': 3 }),
      hypercall: parameters(1_600, 4_000, { 'vm-entry': 1, 'vmcs-access': 3 }),
      'msr-read': parameters(3_000, 4_000, { 'vm-entry': 1, 'vmcs-access': 4 }),
      'msr-write': parameters(3_500, 4_000, { 'vm-entry': 1, 'vmcs-access': 5 }),
      pio: parameters(9_000, 4_000, { 'vm-entry': 1, 'vmcs-access': 9, 'msr-write': 2 }),
      'vmcs-access': parameters(2_000, 4_000, { 'vm-entry': 1, 'vmcs-access': 3 }),
      'vm-entry': parameters(11_000, 4_000, { 'vm-entry': 1, 'vmcs-access': 3 }),
    },
  },
  metal: {
    'timer-overhead': 40,
    'alu-loop': 12_000,
    syscall: 700,
    cpuid: 54,
    'msr-read': 2_000,
    'msr-write': 2_100,
    pio: 1_500,
    hash: 900_000,
    compress: 2_000_000,
  },
  exitsOf: {
    cpuid: { cpuid: 1 },
    hypercall: { hypercall: 1 },
    'msr-read': { 'msr-read': 1 },
    'msr-write': { 'msr-write': 1 },
    pio: { pio: 1 },
    compress: { cpuid: 2, 'msr-write': 10 },
  },
  classOf: {
    'timer-overhead': 'control',
    'alu-loop': 'control',
    syscall: 'control',
    hash: 'control',
    compress: 'application',
  },
};

interface Noise {
  /** Standard deviation of ln(value). */
  readonly sigma: number;
  readonly seed: number;
}

export interface SyntheticOptions {
  readonly truth?: Truth;
  readonly noise?: Noise;
  readonly samples?: number;
  readonly levels?: readonly number[];
  readonly counters?: 'reasons' | 'totals' | 'none';
  /** Exits per nanosecond that come with time alone (ticks), of class external-interrupt. */
  readonly background?: number;
  readonly clock?: 'time' | 'instructions';
}

const OPERATIONS = 1_000;
const NS_PER_INSTRUCTION = 2;

/** Median cost of a workload at a level by the truth: the metal's, and its exits'. */
function trueCost(truth: Truth, workload: string, level: number): number {
  const metal = truth.metal[workload] ?? truth.metal['timer-overhead']!;
  return level === 0 ? metal : metal + exitsCost(truth, workload, level);
}

function exitsCost(truth: Truth, workload: string, depth: number): number {
  return Object.entries(truth.exitsOf[workload] ?? {}).reduce(
    (sum, [exitClass, count]) => sum + count * exitCost(truth.exits, exitClass as ExitClass, depth).total,
    0,
  );
}

export function syntheticRecord(options: SyntheticOptions = {}): BenchRecord {
  const {
    truth = TRUTH,
    noise = { sigma: 0, seed: 1 },
    samples = 101,
    levels = [0, 1, 2],
    counters = 'reasons',
    background = 0,
    clock = 'time',
  } = options;
  const workloads = [...new Set([...Object.keys(truth.metal), ...Object.keys(truth.exitsOf)])];
  const unit = clock === 'time' ? 1 : NS_PER_INSTRUCTION;
  const reached = levels.map((level) => ({
    kind: 'level' as const,
    boot: 1,
    level,
    name: (['metal', 'L1', 'L2', 'L3'] as const)[level]!,
    accelerator: {
      name: level === 0 ? ('emulated-cpu' as const) : ('kvm' as const),
      verified: true,
      evidence: [],
    },
    bootTries: 1,
    bootSeconds: 5,
    environment: {
      'kernel.release': '6.1.0-42-cloud-amd64',
      'cpu.vendor': 'AuthenticAMD',
      'cpu.model-name': 'QEMU TCG CPU',
    },
  }));
  return {
    header: {
      kind: 'header',
      schema: RECORD_SCHEMA,
      id: 'synthetic',
      version: '0.1.0',
      lab: 'emulated',
      clock,
      nsPerInstruction: clock === 'time' ? null : NS_PER_INSTRUCTION,
      started: '2026-11-22T12:00:00Z',
      seed: noise.seed,
      plan: { boots: 1, blocks: 1, order: 'random', workloads: [] },
      settings: {},
      machine: { 'qemu.version': '7.2.22' },
    },
    levels: reached,
    boots: reached,
    blocks: [],
    samples: levels.flatMap((level) =>
      workloads.flatMap((workload): RecordSamples[] => {
        if (level === 0 && truth.metal[workload] === undefined) return [];
        const stream = RandomStream.named(noise.seed, 0, `synthetic/${level}/${workload}`);
        const cost = trueCost(truth, workload, level) / unit;
        const values = Array.from({ length: samples + 2 }, (_, i) =>
          i < 2 ? 3 * cost : cost * Math.exp(noise.sigma * stream.normal()),
        );
        return [
          {
            kind: 'samples',
            boot: 1,
            block: 1,
            outliers: [],
            level,
            workload,
            class: truth.classOf?.[workload] ?? 'exit',
            unit: clock === 'time' ? 'ns' : 'instructions',
            values,
            operationsPerSample: 1,
            warmUp: 2,
            checksum: null,
          },
        ];
      }),
    ),
    warming: [],
    counters: counters === 'none' ? [] : counted(truth, workloads, levels, counters, background),
    missing: [],
    skipped: [],
    end: { kind: 'end', finished: '2026-11-22T12:05:00Z', levelsReached: levels },
  };
}

const REASON: Readonly<Partial<Record<ExitClass, string>>> = {
  cpuid: 'cpuid',
  hypercall: 'hypercall',
  'msr-read': 'msr_read',
  'msr-write': 'msr_write',
  pio: 'io',
  'vm-entry': 'vmrun',
  'vmcs-access': 'vmload',
  'external-interrupt': 'interrupt',
};

const STATISTIC: Readonly<Partial<Record<ExitClass, string>>> = {
  hypercall: 'hypercalls',
  pio: 'io_exits',
  'vm-entry': 'nested_run',
  'external-interrupt': 'irq_exits',
};

type Counts = Partial<Record<ExitClass, number>>;

function counted(
  truth: Truth,
  workloads: readonly string[],
  levels: readonly number[],
  kind: 'reasons' | 'totals',
  background: number,
): BenchRecord['counters'] {
  return workloads.flatMap((workload) =>
    levels
      .filter((level) => level > 0)
      .flatMap((workloadLevel) => {
        const ticks = background * trueCost(truth, workload, workloadLevel);
        const own = add({ ...truth.exitsOf[workload] }, { 'external-interrupt': ticks });
        // The owner of the guest counts its exits; each level further down also counts the traps to handle them.
        const lines: BenchRecord['counters'][number][] = [];
        let exits = own;
        for (let level = workloadLevel - 1; level >= 0; level--) {
          lines.push(
            line(workload, workloadLevel, level, exits, level === workloadLevel - 1 ? {} : own, kind),
          );
          exits = withOps(truth, exits);
        }
        return lines;
      }),
  );
}

/** The exits and the traps that handling them takes. */
function withOps(truth: Truth, exits: Counts): Counts {
  let all: Counts = { ...exits };
  for (const [exitClass, count] of Object.entries(exits) as [ExitClass, number][]) {
    const { ops } = truth.exits.classes[exitClass] ?? truth.exits.classes.cpuid!;
    all = add(all, Object.fromEntries(Object.entries(ops).map(([op, n]) => [op, n * count])));
  }
  return all;
}

function add(a: Counts, b: Counts): Counts {
  const sum: Counts = { ...a };
  for (const [exitClass, count] of Object.entries(b) as [ExitClass, number][]) {
    if (count !== 0) sum[exitClass] = (sum[exitClass] ?? 0) + count;
  }
  return sum;
}

/** KVM's totals count every exit, but name a class only where this level handles it: not those it reflects. */
function line(
  workload: string,
  workloadLevel: number,
  level: number,
  exits: Counts,
  reflected: Counts,
  kind: 'reasons' | 'totals',
): BenchRecord['counters'][number] {
  const entries = Object.entries(exits) as [ExitClass, number][];
  const delta: Record<string, number> = {};
  if (kind === 'reasons') {
    for (const [exitClass, count] of entries) delta[REASON[exitClass]!] = count * OPERATIONS;
  } else {
    delta['exits'] = entries.reduce((sum, [, count]) => sum + count, 0) * OPERATIONS;
    for (const [exitClass, count] of entries) {
      const statistic = STATISTIC[exitClass];
      if (statistic !== undefined) delta[statistic] = (count - (reflected[exitClass] ?? 0)) * OPERATIONS;
    }
  }
  return {
    kind: 'counters',
    boot: 1,
    block: 1,
    level,
    workloadLevel,
    workload,
    operations: OPERATIONS,
    source: kind === 'reasons' ? 'kvm_exit by reason' : 'debugfs kvm totals',
    delta,
  };
}
