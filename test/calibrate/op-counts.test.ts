import { describe, expect, it } from 'vitest';
import type { BenchRecord, RecordCounters, RecordSamples } from '../../src/bench/record/record.ts';
import { opsFromCounters, opsFromLiterature } from '../../src/calibrate/op-counts.ts';
import { seriesOf } from '../../src/calibrate/series.ts';
import type { ExitClass } from '../../src/model/machine/exit-class.ts';
import { mapExitClasses } from '../../src/model/scenario/read-platform.ts';
import { syntheticRecord } from './synthetic-record.ts';

const OPERATIONS = 100;

const counters = (level: number, workload: string, perOperation: Record<string, number>): RecordCounters => ({
  kind: 'counters',
  level,
  workloadLevel: 2,
  workload,
  operations: OPERATIONS,
  source: 'test',
  delta: Object.fromEntries(Object.entries(perOperation).map(([name, n]) => [name, n * OPERATIONS])),
});

const takes = (workload: string, value: number): RecordSamples => ({
  kind: 'samples',
  level: 2,
  workload,
  class: 'exit',
  unit: 'ns',
  values: [value],
  operationsPerSample: 1,
  warmUp: 0,
  checksum: null,
});

const ops = (
  lines: readonly RecordCounters[],
  workload: string,
  exitClass: ExitClass,
  samples: readonly RecordSamples[] = [],
) => {
  const record: BenchRecord = { ...syntheticRecord({ levels: [0] }), counters: lines, samples };
  const series = seriesOf(record, { replicates: 2, uniformFor: () => () => 0.5 });
  return opsFromCounters(record, series, { workload, exitClass });
};

const values = (found: ReturnType<typeof ops>) => mapExitClasses(found!, ({ value }) => value);

describe('traps of a guest hypervisor from exit reasons', () => {
  const outer = counters(0, 'cpuid', { cpuid: 1, vmrun: 1, vmload: 2, vmsave: 1, msr: 0.5 });

  it('are level 0’s exits less those that level 1 counted', () => {
    const found = ops([outer, counters(1, 'cpuid', { cpuid: 1 })], 'cpuid', 'cpuid');
    expect(values(found)).toEqual({ 'msr-write': 0.5, 'vmcs-access': 3, 'vm-entry': 1 });
  });

  it('are level 0’s exits less the operation’s own where level 1 did not count', () => {
    expect(values(ops([outer], 'cpuid', 'cpuid'))).toEqual({
      'msr-write': 0.5,
      'vmcs-access': 3,
      'vm-entry': 1,
    });
  });

  it('are none that anybody knows without level 0', () => {
    expect(ops([counters(1, 'cpuid', { cpuid: 1 })], 'cpuid', 'cpuid')).toBeNull();
  });
});

describe('traps from KVM’s totals', () => {
  it('name VM entries, and leave the rest to accesses', () => {
    const found = ops(
      [
        counters(0, 'cpuid', { exits: 6.1, nested_run: 1, io_exits: 0, insn_emulation: 6 }),
        counters(1, 'cpuid', { exits: 1, insn_emulation: 1 }),
      ],
      'cpuid',
      'cpuid',
    );
    expect(values(found)).toEqual({ 'vmcs-access': expect.closeTo(4.1, 9), 'vm-entry': 1 });
  });

  it('do not take a nested fault that level 0 reflects for a trap of L1', () => {
    const found = ops(
      [
        counters(0, 'mmio', { exits: 9, nested_run: 1, pf_taken: 1 }),
        counters(1, 'mmio', { exits: 1, mmio_exits: 1 }),
      ],
      'mmio',
      'mmio',
    );
    expect(values(found)).toEqual({ 'vmcs-access': 7, 'vm-entry': 1 });
  });

  it('count the faults that level 0 answers itself', () => {
    const found = ops(
      [
        counters(0, 'page-touch', { exits: 8, nested_run: 1, pf_taken: 2 }),
        counters(1, 'page-touch', { exits: 1, pf_taken: 1 }),
      ],
      'page-touch',
      'page-fault',
    );
    expect(values(found)).toEqual({ 'page-fault': 1, 'vmcs-access': 5, 'vm-entry': 1 });
  });
});

describe('background', () => {
  it('is the control’s rate for as long as the operation took, and stays in the interval', () => {
    // The control takes 10 us and a tick's 0.05 exits of L2 with 0.3 traps of L1; the operation takes 40 us.
    const lines = [
      counters(0, 'alu-loop', { exits: 0.35, nested_run: 0.05 }),
      counters(1, 'alu-loop', { exits: 0.05 }),
      counters(0, 'cpuid', { exits: 6 + 4 * 0.35, nested_run: 1 + 4 * 0.05 }),
      counters(1, 'cpuid', { exits: 1 + 4 * 0.05 }),
    ];
    const found = ops(lines, 'cpuid', 'cpuid', [takes('alu-loop', 10_000), takes('cpuid', 40_000)])!;
    expect(found['vm-entry']).toMatchObject({ value: expect.closeTo(1, 9), basis: 'measured' });
    expect(found['vmcs-access']!.value).toBeCloseTo(4, 9);
    // With it: (6 + 1.4 - 1.2 - 1.2) / 1.2 = 4.17 an exit.
    expect(found['vmcs-access']!.high).toBeCloseTo(5 / 1.2, 9);
    expect(found['vmcs-access']!.source).toContain('background of alu-loop taken off');
  });
});

describe('traps from the literature', () => {
  it('depend on who made the processor', () => {
    expect(opsFromLiterature('Intel Xeon 8475B (GenuineIntel)')['vmcs-access']!.source).toMatch(/shadowing/);
    expect(opsFromLiterature('AMD EPYC (AuthenticAMD)')['vmcs-access']).toMatchObject({
      value: 3,
      basis: 'published',
    });
  });
});
