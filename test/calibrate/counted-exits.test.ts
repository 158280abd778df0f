import { describe, expect, it } from 'vitest';
import type { RecordCounters } from '../../src/bench/record/record.ts';
import { countedExits } from '../../src/calibrate/counted-exits.ts';

const counters = (delta: Record<string, number>, operations = 100): RecordCounters => ({
  kind: 'counters',
  level: 0,
  workloadLevel: 2,
  workload: 'cpuid',
  operations,
  source: 'debugfs kvm',
  delta,
});

describe('exits from KVM’s totals', () => {
  it('puts the statistics that count exits into classes, and keeps the rest of the total', () => {
    const delta = {
      exits: 610,
      nested_run: 100,
      io_exits: 20,
      insn_emulation: 560,
      pf_fixed: 3,
      guest_mode: 0,
    };
    expect(countedExits(counters(delta))).toEqual({
      total: 6.1,
      byClass: { 'vm-entry': 1, pio: 0.2 },
      unclassified: expect.closeTo(4.9, 10),
      detail: 'totals',
    });
  });

  it('has none without a total, without operations, or without exits', () => {
    expect(countedExits(counters({ exits: 610 }, 0))).toBeNull();
    expect(countedExits(counters({ exits: 0 }))).toBeNull();
    expect(countedExits(counters({}))).toBeNull();
  });
});

describe('exits by reason', () => {
  it('knows the names SVM and VMX give in the kvm_exit tracepoint', () => {
    const svm = countedExits(
      counters({ vmrun: 100, vmload: 200, vmsave: 100, npf: 5, msr: 10, write_cr0: 1, read_cr3: 1 }),
    )!;
    expect(svm.byClass).toEqual({
      'vm-entry': 1,
      'vmcs-access': 3,
      'page-fault': 0.05,
      'msr-write': 0.1,
      'cr-access': 0.02,
    });
    expect(svm.detail).toBe('reasons');
    const vmx = countedExits(
      counters({ VMRESUME: 100, VMREAD: 300, VMWRITE: 200, EPT_VIOLATION: 5, IO_INSTRUCTION: 1 }),
    )!;
    expect(vmx.byClass).toEqual({ 'vm-entry': 1, 'vmcs-access': 5, 'page-fault': 0.05, pio: 0.01 });
  });

  it('counts what it does not know in the total, unclassified', () => {
    const counted = countedExits(counters({ cpuid: 100, 'no such reason': 50 }))!;
    expect(counted.total).toBe(1.5);
    expect(counted.unclassified).toBeCloseTo(0.5, 12);
  });
});
