import type { Amount, Effort, WorkloadDescription } from './workload.ts';

const amounts = (small: Amount, full: Amount): Readonly<Record<Effort, Amount>> => ({ small, default: full });

/** Free of exits: as many as one likes. */
const CHEAP = amounts({ warmUp: 8, samples: 48, counted: 500 }, { warmUp: 16, samples: 128, counted: 2000 });
/** Counted for long, because its exits are the background of all the others: 0.1 s of virtual time, 30 ticks. */
const BACKGROUND = amounts(
  { warmUp: 8, samples: 48, counted: 2500 },
  { warmUp: 16, samples: 128, counted: 10_000 },
);
/** One exit each: up to 1 ms of the emulating host's time in L2. */
const EXIT = amounts({ warmUp: 8, samples: 48, counted: 100 }, { warmUp: 16, samples: 128, counted: 400 });
/** A page may need a frame from every level below. */
const PAGE = amounts({ warmUp: 0, samples: 64, counted: 64 }, { warmUp: 0, samples: 256, counted: 256 });
/** A millisecond of virtual time each, and several exits. */
const SLEEP = amounts({ warmUp: 2, samples: 16, counted: 16 }, { warmUp: 4, samples: 48, counted: 48 });

/**
 * What the native probe (src/bench/probe/probe.c) measures, in the order it does. The costs are one operation as
 * user space sees it, with the two readings of the time stamp counter in it (`timer-overhead` tells what they cost).
 */
export const PROBE_OPERATIONS: readonly WorkloadDescription[] = [
  {
    name: 'timer-overhead',
    exercises: 'two readings of the time stamp counter with nothing in between',
    class: 'control',
    exitFree: true,
    waits: false,
    effort: CHEAP,
  },
  {
    name: 'alu-loop',
    exercises: '1000 turns of 6 dependent integer instructions, nothing else',
    class: 'control',
    exitFree: true,
    waits: false,
    effort: BACKGROUND,
  },
  {
    name: 'syscall',
    exercises: 'getppid, by the SYSCALL instruction: into the guest kernel and back, no hypervisor',
    class: 'control',
    exitFree: true,
    waits: false,
    effort: CHEAP,
  },
  {
    name: 'cpuid',
    exercises: 'CPUID leaf 0: the purest exit, always intercepted',
    class: 'exit',
    exitFree: false,
    waits: false,
    effort: EXIT,
  },
  {
    name: 'pio',
    exercises: 'IN from a serial port’s modem status (TIOCMGET): an exit to the hypervisor’s user space',
    class: 'exit',
    exitFree: false,
    waits: false,
    effort: EXIT,
  },
  {
    name: 'pio-kernel',
    exercises: 'read of port 0x4d0 through /dev/port: an exit that KVM answers in the kernel',
    class: 'exit',
    exitFree: false,
    waits: false,
    effort: EXIT,
  },
  {
    name: 'mmio',
    exercises:
      'load from a register of the HPET (/dev/hpet): a nested fault that the hypervisor’s user space answers',
    class: 'exit',
    exitFree: false,
    waits: false,
    effort: EXIT,
  },
  {
    name: 'msr-read',
    exercises: 'RDMSR of IA32_APIC_BASE through /dev/cpu/N/msr',
    class: 'exit',
    exitFree: false,
    waits: false,
    effort: EXIT,
  },
  {
    name: 'msr-write',
    exercises: 'WRMSR of IA32_APIC_BASE with its own value through /dev/cpu/N/msr',
    class: 'exit',
    exitFree: false,
    waits: false,
    effort: EXIT,
  },
  {
    name: 'hypercall',
    exercises: 'VMMCALL or VMCALL from user space, which KVM refuses (-EPERM) after the exit',
    class: 'exit',
    exitFree: false,
    waits: false,
    effort: EXIT,
  },
  {
    name: 'page-touch',
    exercises: 'first touch of a fresh 4 KiB page: guest fault, and a nested fault where the frame is new',
    class: 'exit',
    exitFree: false,
    waits: false,
    effort: PAGE,
  },
  {
    name: 'page-touch-again',
    exercises: 'first touch of a page whose frame the hypervisor has backed: the guest’s own fault',
    class: 'control',
    exitFree: true,
    waits: false,
    effort: PAGE,
  },
  {
    name: 'timer-sleep',
    exercises: 'how far past a requested 1 ms a sleep ends: timer, halt, interrupt, wake-up',
    class: 'exit',
    exitFree: false,
    waits: true,
    effort: SLEEP,
  },
];
