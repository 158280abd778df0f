import type { Amount, Effort, WorkloadDescription } from './workload.ts';

const amounts = (small: Amount, full: Amount): Readonly<Record<Effort, Amount>> => ({ small, default: full });

const CHEAP = amounts({ warmUp: 4, samples: 16, counted: 200 }, { warmUp: 8, samples: 40, counted: 500 });
/** One exit each: in L3 under emulation some 10 ms of the emulating host's time. */
const EXIT = amounts({ warmUp: 4, samples: 16, counted: 20 }, { warmUp: 8, samples: 40, counted: 50 });
const PAGE = amounts({ warmUp: 2, samples: 16, counted: 16 }, { warmUp: 2, samples: 32, counted: 32 });

/** Names of all of them begin with it. */
const PREFIX = 'bare-';

const bare = (
  name: string,
  kind: WorkloadDescription['class'],
  effort: WorkloadDescription['effort'],
  exercises: string,
): WorkloadDescription => ({
  ...{ name: PREFIX + name, class: kind, effort, exercises: `${exercises}, in a bare guest` },
  ...{ exitFree: kind === 'control', waits: false },
});

/**
 * What the native probe measures in a guest of its own one level up that is nothing but a loop in 64-bit mode, without
 * firmware, devices or a kernel (src/bench/probe/bare-operations.h): the only guest that runs in L3 under emulation
 * within minutes. The same loops in L1 and L2 tell what L3's are to be compared with.
 */
export const BARE_OPERATIONS: readonly WorkloadDescription[] = [
  bare('timer-overhead', 'control', CHEAP, 'two readings of the time stamp counter with nothing in between'),
  bare('alu-loop', 'control', CHEAP, '1000 turns of 6 dependent integer instructions'),
  bare('cpuid', 'exit', EXIT, 'CPUID leaf 0'),
  bare('hypercall', 'exit', EXIT, 'VMMCALL or VMCALL that KVM answers'),
  bare('msr-read', 'exit', EXIT, 'RDMSR of IA32_APIC_BASE'),
  bare('msr-write', 'exit', EXIT, 'WRMSR of IA32_APIC_BASE with its own value'),
  bare('pio', 'exit', EXIT, 'IN from a port that the hypervisor’s user space answers'),
  bare('mmio', 'exit', EXIT, 'load from an address that the hypervisor’s user space answers'),
  bare('halt', 'exit', EXIT, 'HLT that returns to the hypervisor’s user space, which goes on'),
  bare('page-touch', 'exit', PAGE, 'first touch of a fresh 4 KiB page: a nested fault'),
];

export const isBare = (workload: string): boolean => workload.startsWith(PREFIX);

/** The level whose only guest is a bare one: a Linux there does not start within minutes under emulation. */
export const BARE_LEVEL = 3;

/** Whether a workload is one for a level: bare guests are guests, and L3 is nothing else. */
export const runsAt = (level: number, workload: string): boolean =>
  isBare(workload) ? level > 0 : level < BARE_LEVEL;
