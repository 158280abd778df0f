import type { ExitClass } from '../../model/machine/exit-class.ts';
import type { RecordCounters } from './record.ts';

/** Exits per operation, as one hypervisor counted them. */
export interface CountedExits {
  readonly operations: number;
  /** All exits. */
  readonly total: number;
  readonly byClass: Readonly<Partial<Record<ExitClass, number>>>;
  /** Of the total, those the counters put in no class. */
  readonly unclassified: number;
  /** Whether the classes come from exit reasons, or from KVM's totals, which name only some of them. */
  readonly detail: 'reasons' | 'totals';
}

/**
 * KVM's statistics (arch/x86/kvm/x86.c, kvm_vcpu_stats_desc) that count a subset of `exits`, by the class of it.
 * On AMD `nested_run` grows by one for each VMRUN a guest hypervisor traps to do, on Intel for each VMLAUNCH or
 * VMRESUME.
 */
const CLASS_OF_STATISTIC: Readonly<Record<string, ExitClass>> = {
  nested_run: 'vm-entry',
  io_exits: 'pio',
  mmio_exits: 'mmio',
  hypercalls: 'hypercall',
  halt_exits: 'halt-wake',
  irq_exits: 'external-interrupt',
  pf_taken: 'page-fault',
};

/**
 * Exit reasons as the kvm_exit tracepoint prints them (arch/x86/include/uapi/asm/svm.h and vmx.h), lower case. SVM
 * has one reason for both kinds of MSR access; writes (timer, end of interrupt) are most of them in practice.
 */
const CLASS_OF_REASON: Readonly<Record<string, ExitClass>> = {
  // both
  cpuid: 'cpuid',
  // SVM
  vmrun: 'vm-entry',
  vmload: 'vmcs-access',
  vmsave: 'vmcs-access',
  stgi: 'vmcs-access',
  clgi: 'vmcs-access',
  hypercall: 'hypercall',
  io: 'pio',
  msr: 'msr-write',
  hlt: 'halt-wake',
  npf: 'page-fault',
  interrupt: 'external-interrupt',
  nmi: 'external-interrupt',
  vintr: 'external-interrupt',
  avic_incomplete_ipi: 'ipi',
  avic_unaccelerated_access: 'mmio',
  // VMX
  vmlaunch: 'vm-entry',
  vmresume: 'vm-entry',
  vmread: 'vmcs-access',
  vmwrite: 'vmcs-access',
  vmptrld: 'vmcs-access',
  vmptrst: 'vmcs-access',
  vmclear: 'vmcs-access',
  invept: 'vmcs-access',
  invvpid: 'vmcs-access',
  vmcall: 'hypercall',
  io_instruction: 'pio',
  msr_read: 'msr-read',
  msr_write: 'msr-write',
  ept_violation: 'page-fault',
  ept_misconfig: 'mmio',
  apic_access: 'mmio',
  apic_write: 'mmio',
  cr_access: 'cr-access',
  external_interrupt: 'external-interrupt',
  exception_nmi: 'exception',
  interrupt_window: 'external-interrupt',
  preemption_timer: 'timer',
};

const REASON_PATTERNS: readonly (readonly [RegExp, ExitClass])[] = [
  [/^(read|write)_cr\d+(_trap)?$|^cr\d+_sel_/, 'cr-access'],
  [/^[a-z]+ excp$|^excp_/, 'exception'],
];

/** Exits per operation by class; null when nothing was done while they were counted. */
export function countedExits({ source, delta, operations }: RecordCounters): CountedExits | null {
  if (operations <= 0) return null;
  const detail = detailOf(source, delta);
  const byClass: Partial<Record<ExitClass, number>> = {};
  let classified = 0;
  let all = 0;
  for (const name of Object.keys(delta).sort()) {
    const count = delta[name]! / operations;
    all += count;
    const exitClass = detail === 'totals' ? CLASS_OF_STATISTIC[name] : classOfReason(name);
    if (exitClass === undefined) continue;
    byClass[exitClass] = (byClass[exitClass] ?? 0) + count;
    classified += count;
  }
  const total = detail === 'totals' ? (delta['exits'] ?? 0) / operations : all;
  return { operations, total, byClass, unclassified: Math.max(0, total - classified), detail };
}

/** The agent's two sources; counters from elsewhere are totals when they have one. A counter that did not grow is left out. */
function detailOf(source: string, delta: RecordCounters['delta']): CountedExits['detail'] {
  if (source.startsWith('debugfs kvm')) return 'totals';
  if (source.startsWith('kvm_exit by reason')) return 'reasons';
  return 'exits' in delta ? 'totals' : 'reasons';
}

function classOfReason(reason: string): ExitClass | undefined {
  const key = reason.toLowerCase();
  return CLASS_OF_REASON[key] ?? REASON_PATTERNS.find(([pattern]) => pattern.test(key))?.[1];
}
