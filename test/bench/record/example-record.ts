import type { BenchRecord, RecordLevel } from '../../../src/bench/record/record.ts';
import { recordLines } from '../../../src/bench/record/schema.ts';

const levels: readonly RecordLevel[] = [
  {
    kind: 'level',
    level: 0,
    boot: 1,
    name: 'metal',
    accelerator: { name: 'emulated-cpu', verified: true, evidence: ['CPUID says TCGTCGTCGTCG'] },
    bootTries: 1,
    bootSeconds: 3.2,
    environment: { 'kernel.release': '6.1.0-56-cloud-amd64' },
  },
  {
    kind: 'level',
    level: 1,
    boot: 1,
    name: 'L1',
    accelerator: {
      name: 'kvm',
      verified: true,
      evidence: ['nested_run grew by 1204 on the level below', 'é'],
    },
    bootTries: 2,
    losses: ['it hung: no exit but interrupts of its host for 0.8 s before its agent answered'],
    bootSeconds: 11,
    environment: { 'kvm-amd.nested': '1' },
  },
  {
    kind: 'level',
    level: 1,
    boot: 2,
    name: 'L1',
    accelerator: { name: 'kvm', verified: true, evidence: [] },
    bootTries: 1,
    bootSeconds: 10,
    environment: {},
  },
];

/** A small ladder with every kind of line in it, in the shape the agent writes. */
export const exampleRecord: BenchRecord = {
  header: {
    kind: 'header',
    schema: 'nestmark/record@2',
    id: '2026-11-22T13:00:00Z-7f3a',
    version: '0.1.0',
    lab: 'emulated',
    clock: 'instructions',
    nsPerInstruction: 2,
    started: '2026-11-22T13:00:00.000Z',
    seed: 1,
    plan: { boots: 1, blocks: 1, order: 'random', workloads: [] },
    settings: { effort: 'small', depth: 2, retry: true },
    machine: { 'cpu.model-name': 'AMD EPYC', 'cpu.count': 2 },
  },
  levels: levels.filter(({ boot }) => boot === 1),
  boots: levels,
  samples: [
    {
      kind: 'samples',
      level: 0,
      boot: 1,
      block: 1,
      workload: 'cpuid',
      class: 'exit',
      unit: 'instructions',
      values: [9, 7, 7, 7],
      operationsPerSample: 1,
      warmUp: 1,
      outliers: [],
      checksum: null,
    },
    {
      kind: 'samples',
      level: 1,
      boot: 1,
      block: 1,
      workload: 'compress',
      class: 'application',
      unit: 'instructions',
      values: [5_200_000.5, 5_100_000, 5_100_001.5],
      operationsPerSample: 1,
      warmUp: 1,
      outliers: [],
      checksum: 'c986db2e',
    },
  ],
  warming: [
    {
      kind: 'warming',
      level: 1,
      boot: 1,
      workload: 'compress',
      class: 'application',
      unit: 'instructions',
      values: [9_800_000, 5_600_000.5],
      operationsPerSample: 1,
      checksum: 'c986db2e',
    },
  ],
  counters: [
    {
      kind: 'counters',
      level: 0,
      workloadLevel: 1,
      boot: 1,
      block: 1,
      workload: 'cpuid',
      operations: 100,
      source: 'debugfs kvm',
      delta: { exits: 104, insn_emulation: 101 },
    },
  ],
  blocks: [
    {
      kind: 'block',
      block: 1,
      order: ['0/cpuid', '1/compress'],
      valid: false,
      reasons: ['hash cost 1.3 times the metal’s in L1'],
      started: '2026-11-22T13:00:10.000Z',
      seconds: 12.5,
      watched: { '0': { 'steal-share': 0 }, machine: { load: '1.00' } },
    },
  ],
  missing: [
    { kind: 'missing', level: 2, reason: 'no answer within 60 s', tries: 3, console: ['Booting', '[ 0.0]'] },
  ],
  skipped: [{ kind: 'skipped', level: 1, workload: 'msr-read', reason: '/dev/cpu/0/msr: No such file' }],
  end: { kind: 'end', finished: '2026-11-22T13:01:00.000Z', levelsReached: [0, 1] },
};

/** The record as the text of its file. */
export function recordText(record: BenchRecord = exampleRecord): string {
  return recordLines(record)
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}
