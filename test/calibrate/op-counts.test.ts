import { describe, expect, it } from 'vitest';
import type { BenchRecord, RecordCounters, RecordSamples } from '../../src/bench/record/record.ts';
import { opsFromCounters, opsFromLiterature } from '../../src/calibrate/fit/op-counts.ts';
import { mapExitClasses } from '../../src/model/scenario/map-exit-classes.ts';
import { syntheticRecord } from './synthetic-record.ts';

const OPERATIONS = 100;

const counters = (level: number, workload: string, perOperation: Record<string, number>): RecordCounters => ({
  kind: 'counters',
  boot: 1,
  block: 1,
  level,
  workloadLevel: 2,
  workload,
  operations: OPERATIONS,
  source: 'test',
  delta: Object.fromEntries(Object.entries(perOperation).map(([name, n]) => [name, n * OPERATIONS])),
});

/** A workload that takes no exit of its own, measured in L2. */
const control = (workload: string): RecordSamples => ({
  kind: 'samples',
  boot: 1,
  block: 1,
  outliers: [],
  level: 2,
  workload,
  class: 'control',
  unit: 'ns',
  values: [1_000],
  operationsPerSample: 1,
  warmUp: 0,
  checksum: null,
});

const ops = (lines: readonly RecordCounters[], workload: string, controls: readonly string[] = []) => {
  const record: BenchRecord = {
    ...syntheticRecord({ levels: [0] }),
    counters: lines,
    samples: controls.map(control),
  };
  return opsFromCounters(record, workload);
};

const values = (found: ReturnType<typeof ops>) => mapExitClasses(found!, ({ value }) => value);

describe('traps of a guest hypervisor from exit reasons', () => {
  it('are level 0’s exits less the probe’s own', () => {
    const found = ops(
      [counters(0, 'cpuid', { cpuid: 1, vmrun: 1, vmload: 2, vmsave: 1, msr_read: 1 })],
      'cpuid',
    );
    expect(values(found)).toEqual({ 'msr-read': 1, 'vmcs-access': 3, 'vm-entry': 1 });
    // Ten exits more or less, of a hundred operations.
    expect(found!['vmcs-access']).toMatchObject({ low: 2.9, high: 3.1, basis: 'measured' });
  });

  it('know that a nested fault is MMIO’s own', () => {
    const found = ops([counters(0, 'mmio', { npf: 1, vmrun: 1, vmload: 2, vmsave: 2 })], 'mmio');
    expect(values(found)).toEqual({ 'vmcs-access': 4, 'vm-entry': 1 });
  });

  it('count the faults that level 0 answers itself', () => {
    const found = ops([counters(0, 'page-touch', { npf: 2, vmrun: 1, vmload: 2 })], 'page-touch');
    expect(values(found)).toEqual({ 'page-fault': 1, 'vmcs-access': 2, 'vm-entry': 1 });
  });

  it('are none that anybody knows without level 0, or without VM entries', () => {
    expect(ops([counters(1, 'cpuid', { cpuid: 1 })], 'cpuid')).toBeNull();
    expect(ops([counters(0, 'cpuid', { cpuid: 1 })], 'cpuid')).toBeNull();
  });
});

describe('traps from KVM’s totals', () => {
  it('name VM entries, and leave the rest to accesses', () => {
    const found = ops([counters(0, 'cpuid', { exits: 6, nested_run: 1, insn_emulation: 6 })], 'cpuid');
    expect(values(found)).toEqual({ 'vmcs-access': 4, 'vm-entry': 1 });
  });

  it('do not take a nested fault that level 0 reflects for a trap of L1', () => {
    const found = ops([counters(0, 'mmio', { exits: 9, nested_run: 1, pf_taken: 1 })], 'mmio');
    expect(values(found)).toEqual({ 'vmcs-access': 7, 'vm-entry': 1 });
  });
});

describe('what comes with time', () => {
  it('is no op when it is an interrupt', () => {
    const found = ops(
      [counters(0, 'cpuid', { cpuid: 1, vmrun: 1, vmload: 2, interrupt: 0.9, vintr: 0.4 })],
      'cpuid',
    );
    expect(values(found)).toEqual({ 'vmcs-access': 2, 'vm-entry': 1 });
  });

  it('was overestimated when there are fewer entries than operations', () => {
    const found = ops(
      [counters(0, 'cpuid', { cpuid: 0.95, vmrun: 0.95, vmload: 1.9, vmsave: 0.95 })],
      'cpuid',
    );
    expect(values(found)).toEqual({ 'vmcs-access': expect.closeTo(3, 9), 'vm-entry': 1 });
  });
});

describe('background', () => {
  // Each of its exits: an interrupt reflected, one entry, three accesses, 1.3 MSR writes.
  const tick = { interrupt: 1, vmrun: 1, vmload: 2, vmsave: 1, msr_write: 1.3 };
  const times = (n: number) =>
    Object.fromEntries(Object.entries(tick).map(([name, each]) => [name, n * each]));

  it('is what exit-free workloads take, for each entry that is not the probe’s', () => {
    const own = { io: 1, vmrun: 1, vmload: 2, vmsave: 2, msr_read: 1 };
    const noisy: Record<string, number> = { ...own };
    for (const [name, each] of Object.entries(times(1.2))) noisy[name] = (noisy[name] ?? 0) + each;
    const lines = [
      counters(0, 'alu-loop', times(0.4)),
      counters(0, 'hash', times(2)),
      counters(0, 'pio', noisy),
    ];
    const found = ops(lines, 'pio', ['alu-loop', 'hash'])!;
    const near = (value: number) => expect.closeTo(value, 9);
    expect(values(found)).toEqual({ 'msr-read': near(1), 'vmcs-access': near(4), 'vm-entry': 1 });
    // 3.6 accesses taken off each of 100 operations, at a rate seen on 720: 1.96 sqrt(3.6 / 100 + 3.6^2 / 720).
    expect(found['vmcs-access']!.high - 4).toBeCloseTo(0.1 + 1.96 * Math.sqrt(0.036 + 0.018), 9);
    expect(found['msr-read']!.high).toBeCloseTo(1.1, 9);
  });

  it('keeps what it leaves of its own noise out of the ops', () => {
    const lines = [
      counters(0, 'alu-loop', times(0.5)),
      counters(0, 'cpuid', { ...times(0.4), cpuid: 1, vmrun: 1.4, vmload: 2.8, vmsave: 1.4, msr_write: 0.8 }),
    ];
    expect(Object.keys(values(ops(lines, 'cpuid', ['alu-loop'])))).toEqual(['vmcs-access', 'vm-entry']);
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
