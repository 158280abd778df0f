import { describe, expect, it } from 'vitest';
import { countedExits } from '../../../src/bench/record/counted-exits.ts';
import type { RecordCounters } from '../../../src/bench/record/record.ts';
import { countersLine } from './counters-line.ts';

const counters = (
  delta: RecordCounters['delta'],
  operations = 100,
  source = 'debugfs kvm, less an empty phase',
): RecordCounters => countersLine(source, delta, operations);

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
      operations: 100,
      total: 6.1,
      byClass: { 'vm-entry': 1, pio: 0.2 },
      unclassified: expect.closeTo(4.9, 10),
      detail: 'totals',
    });
  });

  it('counts nothing as none, and has no count without operations', () => {
    expect(countedExits(counters({}))).toEqual({
      operations: 100,
      total: 0,
      byClass: {},
      unclassified: 0,
      detail: 'totals',
    });
    expect(countedExits(counters({ exits: 610 }, 0))).toBeNull();
  });
});

describe('exits by reason', () => {
  const reasons = (delta: Record<string, number>) =>
    countedExits(counters(delta, 100, 'kvm_exit by reason, less an empty phase'))!;

  it('knows the names the agent gives SVM’s exit codes', () => {
    const svm = reasons({
      ...{ vmrun: 100, vmload: 200, vmsave: 100, npf: 5, msr_read: 4, msr_write: 10 },
      ...{ write_cr0: 1, read_cr3: 1, cr0_sel_write: 1, excp_14: 2, hlt: 3 },
    });
    expect(svm.byClass).toEqual({
      'vm-entry': 1,
      'vmcs-access': 3,
      'page-fault': 0.05,
      'msr-read': 0.04,
      'msr-write': 0.1,
      'cr-access': 0.03,
      exception: 0.02,
      'halt-wake': 0.03,
    });
    expect(svm.detail).toBe('reasons');
  });

  it('knows the names VMX has in the kvm_exit tracepoint', () => {
    const vmx = reasons({ VMRESUME: 100, VMREAD: 300, VMWRITE: 200, EPT_VIOLATION: 5, IO_INSTRUCTION: 1 });
    expect(vmx.byClass).toEqual({ 'vm-entry': 1, 'vmcs-access': 5, 'page-fault': 0.05, pio: 0.01 });
  });

  it('counts what it does not know in the total, unclassified', () => {
    const counted = reasons({ cpuid: 100, svm_8c: 50 });
    expect(counted.total).toBe(1.5);
    expect(counted.unclassified).toBeCloseTo(0.5, 12);
  });

  it('tells totals from reasons by what they hold when another tool counted', () => {
    expect(countedExits(counters({ exits: 100 }, 100, 'perf'))!.detail).toBe('totals');
    expect(countedExits(counters({ cpuid: 100 }, 100, 'perf'))!.detail).toBe('reasons');
  });
});
