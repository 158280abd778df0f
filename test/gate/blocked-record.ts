import type {
  BenchRecord,
  RecordBlock,
  RecordCounters,
  RecordSamples,
} from '../../src/bench/record/record.ts';
import { RandomStream } from '../../src/model/kernel/random-stream.ts';
import { exampleRecord } from '../bench/record/example-record.ts';

export interface BlockedRecord {
  readonly blocks: number;
  readonly replication?: number;
  /** Cost at level k of every workload: what it is at the level below times this. */
  readonly overhead?: number;
  /** By workload, a further factor at level 2 only. */
  readonly slowerAtL2?: Readonly<Record<string, number>>;
  readonly workloads?: readonly (readonly [name: string, workloadClass: RecordSamples['class']])[];
  readonly invalid?: readonly number[];
  readonly noise?: number;
  readonly clock?: BenchRecord['header']['clock'];
}

/** A ladder of metal, L1 and L2 on a machine whose speed is another one in every block. */
export function blockedRecord(options: BlockedRecord): BenchRecord {
  const {
    blocks,
    replication = 0,
    overhead = 3,
    slowerAtL2 = {},
    invalid = [],
    noise = 0.01,
    clock = 'time',
    workloads = [
      ['hash', 'control'],
      ['cpuid', 'exit'],
      ['compress', 'application'],
    ],
  } = options;
  const stream = RandomStream.named(3, replication, 'blocked-record');
  const samples: RecordSamples[] = [];
  const counters: RecordCounters[] = [];
  for (let block = 1; block <= blocks; block++) {
    const speed = clock === 'time' ? Math.exp(0.2 * stream.normal()) : 1;
    for (const [workload, workloadClass] of workloads) {
      for (const level of [0, 1, 2]) {
        const nested = workloadClass === 'control' ? 1 : overhead ** level;
        const slower = level === 2 ? (slowerAtL2[workload] ?? 1) : 1;
        const cost = 1000 * speed * nested * slower * Math.exp(noise * stream.normal());
        samples.push({
          kind: 'samples',
          ...{ level, boot: 1, block, workload },
          class: workloadClass,
          unit: clock === 'time' ? 'ns' : 'instructions',
          values: [cost * 5, cost * 0.99, cost, cost * 1.01],
          operationsPerSample: 1,
          warmUp: 1,
          outliers: [],
          checksum: null,
        });
        if (level === 0 || workloadClass === 'control') continue;
        const exits = Math.round(
          1000 * (workloadClass === 'exit' ? 1 : 12 + 0.05 * stream.normal()) * slower,
        );
        counters.push({
          kind: 'counters',
          ...{ level: level - 1, workloadLevel: level, boot: 1, block, workload },
          operations: 1000,
          source: 'debugfs kvm, less an empty phase',
          delta: { exits },
        });
        if (workloadClass !== 'exit') continue;
        counters.push({
          ...counters.at(-1)!,
          source: 'kvm_exit by reason, less an empty phase',
          delta: { [workload]: exits, interrupt: block % 3 },
        });
      }
    }
  }
  const levels = [0, 1, 2].map((level) => ({
    ...exampleRecord.levels[Math.min(level, 1)]!,
    level,
    boot: 1,
    name: (['metal', 'L1', 'L2'] as const)[level]!,
    environment: { 'kernel.release': '6.1.0-56-cloud-amd64', 'cpu.count': 1, load: String(stream.uniform()) },
  }));
  return {
    header: {
      ...exampleRecord.header,
      clock,
      nsPerInstruction: clock === 'instructions' ? 2 : null,
      plan: { boots: 1, blocks, order: 'random', workloads: workloads.map(([name]) => name) },
    },
    levels,
    boots: levels,
    samples,
    warming: [],
    counters,
    blocks: Array.from({ length: blocks }, (_, index): RecordBlock => {
      const valid = !invalid.includes(index + 1);
      return {
        ...exampleRecord.blocks[0]!,
        block: index + 1,
        order: [],
        valid,
        reasons: valid ? [] : ['a neighbour stole half of the CPU'],
      };
    }),
    missing: [],
    skipped: [],
    end: { kind: 'end', finished: '2026-11-27T02:00:00.000Z', levelsReached: [0, 1, 2] },
  };
}
