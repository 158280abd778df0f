import { expect, test } from 'vitest';
import type { RecordCounters } from '../../../src/bench/record/record.ts';
import { exitPasses } from '../../../src/report/measured/exits.ts';
import { sampleRecord } from '../fixture/record.ts';

const pass = (source: string, delta: RecordCounters['delta'], operations = 100): RecordCounters => ({
  kind: 'counters',
  boot: 1,
  block: 1,
  level: 0,
  workloadLevel: 2,
  workload: 'cpuid',
  operations,
  source,
  delta,
});
const of = (...counters: RecordCounters[]) => exitPasses({ ...sampleRecord, counters });

// As an emulated lab wrote them on 2026-11-22.
const totals = pass('debugfs kvm, less an empty phase', {
  exits: 1049,
  insn_emulation: 825,
  nested_run: 150,
});
const reasons = pass('kvm_exit by reason, less an empty phase', { cpuid: 100, vmrun: 140, vmload: 280 });

test('the total is KVM\u2019s own, the parts are reasons', () => {
  const [one, ...others] = of(totals, reasons);
  expect(others).toEqual([]);
  expect(one).toMatchObject({ workload: 'cpuid', level: 2, countedAt: 0, operations: 100, total: 10.49 });
  expect([...one!.parts]).toEqual([
    ['cpuid', 1],
    ['vmrun', 1.4],
    ['vmload', 2.8],
  ]);
});

test('without a total, reasons add up', () => {
  expect(of(reasons)[0]?.total).toBeCloseTo(5.2, 12);
});

test('without reasons, the parts are what else was counted', () => {
  expect([...of(totals)[0]!.parts.keys()]).toEqual(['insn_emulation', 'nested_run']);
});

test('a pass of no operations, or with nothing that counts exits, is left out', () => {
  expect(of(pass('debugfs kvm', { exits: 1 }, 0))).toEqual([]);
  expect(of(pass('debugfs kvm', { halt_exits: 1 }))).toEqual([]);
});
