import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Counts } from './kvm-counters.ts';

/** debugfs mounts tracefs here by itself. */
const EVENT = '/sys/kernel/debug/tracing/events/kvm/kvm_exit';
/** Keys of the histogram: the reason, and what SVM says about it, which tells reads of MSRs from writes. */
const HISTOGRAM = 'hist:keys=exit_reason,info1:size=4096';

/**
 * Whether the kernel waits for its CPUs to pass a quiet state by asking them or by waiting for ticks (rcupdate.rcu_expedited,
 * Documentation/admin-guide/kernel-parameters.txt).
 */
const EXPEDITED = '/sys/kernel/rcu_expedited';

export const EXIT_REASON_SOURCE = 'kvm_exit by reason';

/**
 * Exits by reason, as a histogram that the kernel keeps on the tracepoint kvm_exit (Documentation/trace/histogram.rst).
 * Each exit costs more while it is on, and none are added: for passes in which nothing is timed.
 */
export class ExitTrace {
  readonly #event: string;
  readonly #expedited: string;
  #on = false;

  constructor(event = EVENT, expedited = EXPEDITED) {
    this.#event = event;
    this.#expedited = expedited;
  }

  start(): void {
    if (this.#on) return;
    this.#trigger(HISTOGRAM);
    this.#on = true;
  }

  stop(): void {
    if (!this.#on) return;
    this.#trigger(`!${HISTOGRAM}`);
    this.#on = false;
  }

  /**
   * Taking it away waits for several grace periods, which took a guest 70 ms; expedited ones do not wait for ticks. Only for as long as this takes: what is measured is the kernel as it comes.
   */
  #trigger(command: string): void {
    const before = this.#expedite('1');
    try {
      writeFileSync(join(this.#event, 'trigger'), `${command}\n`);
    } finally {
      if (before !== null) this.#expedite(before);
    }
  }

  /** What it was before: a machine's owner may have it on. Null in a kernel without such a switch (CONFIG_TINY_RCU), which takes its time. */
  #expedite(value: string): string | null {
    try {
      const before = readFileSync(this.#expedited, 'latin1');
      writeFileSync(this.#expedited, value);
      return before;
    } catch {
      return null;
    }
  }

  /** Exits since `start`, by reason. */
  read(): Counts {
    return parseExitHistogram(readFileSync(join(this.#event, 'hist'), 'latin1'));
  }
}

const ENTRY = /^\{ exit_reason: +(\d+), info1: +(\d+) \} hitcount: +(\d+)/gm;
const DROPPED = /^ +Dropped: (\d+)/m;

/** @throws {Error} when the kernel had no room for a combination: the counts would be too low */
export function parseExitHistogram(text: string): Counts {
  const counts: Record<string, number> = {};
  for (const [, reason, detail, hits] of text.matchAll(ENTRY)) {
    const name = svmExitName(Number(reason), BigInt(detail!));
    counts[name] = (counts[name] ?? 0) + Number(hits);
  }
  const dropped = Number(DROPPED.exec(text)?.[1] ?? 0);
  if (dropped > 0) throw new Error(`the histogram of exits had no room for ${dropped} of them`);
  return counts;
}

const SVM_EXIT_MSR = 0x7c;

/**
 * Exit codes of SVM by the names of the tracepoint (arch/x86/include/uapi/asm/svm.h, SVM_EXIT_REASONS). SVM has one
 * code for all MSR accesses, whose EXITINFO1 is 1 for a write (AMD64 APM vol. 2, 15.11); they get VMX's two names.
 */
function svmExitName(code: number, detail: bigint): string {
  if (code === SVM_EXIT_MSR) return detail === 1n ? 'msr_write' : 'msr_read';
  return SVM_EXIT_NAMES[code] ?? `svm_${code.toString(16)}`;
}

const numbered = (
  first: number,
  count: number,
  name: (i: number) => string,
): readonly (readonly [number, string])[] =>
  Array.from({ length: count }, (_, i) => [first + i, name(i)] as const);

const SVM_EXIT_NAMES: Readonly<Record<number, string>> = Object.fromEntries([
  ...numbered(0x00, 16, (i) => `read_cr${i}`),
  ...numbered(0x10, 16, (i) => `write_cr${i}`),
  ...numbered(0x20, 16, (i) => `read_dr${i}`),
  ...numbered(0x30, 16, (i) => `write_dr${i}`),
  ...numbered(0x40, 32, (i) => `excp_${i}`),
  ...([
    [0x60, 'interrupt'],
    [0x61, 'nmi'],
    [0x62, 'smi'],
    [0x63, 'init'],
    [0x64, 'vintr'],
    [0x65, 'cr0_sel_write'],
    [0x66, 'read_idtr'],
    [0x67, 'read_gdtr'],
    [0x68, 'read_ldtr'],
    [0x69, 'read_tr'],
    [0x6a, 'write_idtr'],
    [0x6b, 'write_gdtr'],
    [0x6c, 'write_ldtr'],
    [0x6d, 'write_tr'],
    [0x6e, 'rdtsc'],
    [0x6f, 'rdpmc'],
    [0x70, 'pushf'],
    [0x71, 'popf'],
    [0x72, 'cpuid'],
    [0x73, 'rsm'],
    [0x74, 'iret'],
    [0x75, 'swint'],
    [0x76, 'invd'],
    [0x77, 'pause'],
    [0x78, 'hlt'],
    [0x79, 'invlpg'],
    [0x7a, 'invlpga'],
    [0x7b, 'io'],
    [0x7d, 'task_switch'],
    [0x7e, 'ferr_freeze'],
    [0x7f, 'shutdown'],
    [0x80, 'vmrun'],
    [0x81, 'hypercall'],
    [0x82, 'vmload'],
    [0x83, 'vmsave'],
    [0x84, 'stgi'],
    [0x85, 'clgi'],
    [0x86, 'skinit'],
    [0x87, 'rdtscp'],
    [0x88, 'icebp'],
    [0x89, 'wbinvd'],
    [0x8a, 'monitor'],
    [0x8b, 'mwait'],
    [0x8d, 'xsetbv'],
    [0x8e, 'rdpru'],
    [0x8f, 'efer_write_trap'],
    [0xa2, 'invpcid'],
    [0x400, 'npf'],
    [0x401, 'avic_incomplete_ipi'],
    [0x402, 'avic_unaccelerated_access'],
  ] as const),
]);
