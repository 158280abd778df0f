import type { Amount, Effort, WorkloadDescription } from './workload.ts';

const amounts = (small: Amount, full: Amount): Readonly<Record<Effort, Amount>> => ({ small, default: full });

/** Free of exits: as many as one likes. */
const CHEAP = amounts({ warmUp: 4, samples: 16, counted: 200 }, { warmUp: 8, samples: 40, counted: 500 });
/** Counted for long, because its exits are the background of all the others: 50 ms of virtual time in each block. */
const BACKGROUND = amounts(
  { warmUp: 4, samples: 16, counted: 1000 },
  { warmUp: 8, samples: 40, counted: 4000 },
);
/**
 * 70,000 instructions. Every kernel from the metal up ticks every 4 ms, 2 million instructions of the instruction clock, and a tick is
 * an exit, in L2 a dear one: of four times as many bytes so many samples held one that the median of some boots did.
 */
const HASH = amounts({ warmUp: 4, samples: 12, counted: 24 }, { warmUp: 8, samples: 24, counted: 48 });
/** One exit each: up to 1 ms of the emulating host's time in L2. */
const EXIT = amounts({ warmUp: 4, samples: 16, counted: 50 }, { warmUp: 8, samples: 40, counted: 100 });
/** A page may need a frame from every level below. */
const PAGE = amounts({ warmUp: 0, samples: 32, counted: 32 }, { warmUp: 0, samples: 64, counted: 64 });
/** Several exits each. */
const DEAR = amounts({ warmUp: 2, samples: 8, counted: 6 }, { warmUp: 2, samples: 10, counted: 10 });
/** Many packets each, each with its notifications and interrupts. */
const EXCHANGE = amounts({ warmUp: 1, samples: 7, counted: 4 }, { warmUp: 1, samples: 8, counted: 5 });
/** Many loads each. */
const CHASE = amounts({ warmUp: 2, samples: 8, counted: 8 }, { warmUp: 4, samples: 16, counted: 16 });
/**
 * A program started. What it costs depends on how full the kernel's lists of pages are, which repeats every few starts:
 * the median of some eight wandered by half a percent from boot to boot.
 */
const START = amounts({ warmUp: 2, samples: 24, counted: 6 }, { warmUp: 2, samples: 24, counted: 10 });
/** Several in each sample, for the same reason. */
const MAPPING = amounts({ warmUp: 2, samples: 16, counted: 8 }, { warmUp: 2, samples: 24, counted: 16 });
/** Both threads of a core, which take microseconds, in a ratio of two that is to be told to a percent. */
const CORE = amounts({ warmUp: 4, samples: 12, counted: 8 }, { warmUp: 8, samples: 40, counted: 16 });
/** A pass over a working set, of which the largest takes milliseconds. */
const TOUR = amounts({ warmUp: 2, samples: 8, counted: 4 }, { warmUp: 4, samples: 20, counted: 8 });
/** A millisecond of virtual time each, and several exits. */
const SLEEP = amounts({ warmUp: 2, samples: 8, counted: 8 }, { warmUp: 2, samples: 10, counted: 10 });

/** Loads of one chain of the probe's (CHASE_LOADS), its MAPPINGS, and pages of one parallel touch (2 * PARALLEL_PAGES). */
const LOADS = 256;
const MAPPINGS = 8;
const PARALLEL_PAGES = 16;

const chase = (size: string, what: string): WorkloadDescription => ({
  name: `chase-${size.replace(' KiB', 'k').replace(' MiB', 'm')}`,
  exercises: `a load whose address is the result of the load before, in ${size}: ${what}`,
  class: 'memory',
  exitFree: true,
  waits: false,
  operationsPerSample: LOADS,
  // Of the memory that is kept from turn to turn, all of it.
  ...(size === '32 MiB' ? { rehearsed: true } : {}),
  effort: CHASE,
});

/** The loops that a core's two threads do; the first leaves the second thread least to gain. */
const CORE_WORK = {
  integer: '8000 steps of four integer chains that do not wait for each other',
  mixed: '2000 turns of table look-ups, stores and branches that nobody predicts',
};

const core = (work: keyof typeof CORE_WORK, threads: 'alone' | 'both'): WorkloadDescription => ({
  name: `core-${threads}-${work}`,
  exercises: `${CORE_WORK[work]}, while the other thread of the core ${threads === 'alone' ? 'is idle' : 'does the same'}`,
  class: 'memory',
  exitFree: true,
  waits: false,
  effort: CORE,
});

/** Working sets of a task that moves, with what each is about as large as. */
const WORKING_SETS = ['16k', '64k', '256k', '1m', '4m'] as const;

const tour = (size: (typeof WORKING_SETS)[number], how: 'stayed' | 'moved'): WorkloadDescription => ({
  name: `${how}-${size}`,
  exercises: `each line of ${size.replace('k', ' KiB').replace('m', ' MiB')} read and written once, by a task that ${how === 'moved' ? 'has just come from another core' : 'stays where it is'}`,
  class: 'memory',
  exitFree: how === 'stayed',
  waits: false,
  effort: TOUR,
});

const exchange = (name: string, exercises: string): WorkloadDescription => ({
  name,
  exercises: `${exercises}, over TCP to the level below`,
  class: 'network',
  exitFree: false,
  waits: true,
  effort: EXCHANGE,
});

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
    name: 'hash',
    exercises: 'SHA-256 of 1 KiB in memory: loads, stores and arithmetic, nothing else',
    class: 'control',
    exitFree: true,
    waits: false,
    effort: HASH,
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
  {
    name: 'self-ipi',
    exercises:
      'an interrupt a processor sends to itself, by the x2APIC’s command register through /dev/cpu/N/msr',
    class: 'exit',
    exitFree: false,
    waits: false,
    effort: EXIT,
  },
  {
    name: 'ipi',
    exercises: 'an interrupt to a second, busy processor and its answer (membarrier)',
    class: 'exit',
    exitFree: false,
    waits: false,
    effort: DEAR,
  },
  chase('16 KiB', 'a first-level cache'),
  chase('256 KiB', 'a second-level cache'),
  chase('4 MiB', 'a last-level cache'),
  chase('32 MiB', 'a page a load, 8192 of them'),
  chase('512 MiB', 'a page a load, 131072 of them: page walks'),
  {
    name: 'mmap',
    exercises: 'a mapping of 64 KiB made, one page of it touched, and all of it taken back',
    class: 'memory',
    exitFree: true,
    waits: false,
    rehearsed: true,
    operationsPerSample: MAPPINGS,
    effort: MAPPING,
  },
  {
    name: 'parallel-touch',
    exercises: 'first touch of a fresh page, by two processors at the same time',
    class: 'memory',
    exitFree: false,
    waits: false,
    operationsPerSample: PARALLEL_PAGES,
    effort: DEAR,
  },
  {
    name: 'pipe-one-cpu',
    exercises: 'a byte to another thread and back, both on one processor: two switches, no hypervisor',
    class: 'kernel',
    exitFree: true,
    waits: false,
    effort: CHEAP,
  },
  {
    name: 'pipe-two-cpus',
    exercises: 'a byte to a thread on another processor and back: two halts ended by interrupts',
    class: 'kernel',
    exitFree: false,
    waits: false,
    effort: DEAR,
  },
  {
    name: 'fork-exec',
    exercises: 'starting a small static program and waiting for its end',
    class: 'kernel',
    exitFree: true,
    waits: false,
    rehearsed: true,
    effort: START,
  },
  {
    name: 'random-read',
    exercises: 'read of 4 KiB at a random place of a 4 MiB file, past the page cache',
    class: 'storage',
    exitFree: false,
    waits: true,
    rehearsed: true,
    effort: DEAR,
  },
  {
    name: 'random-write',
    exercises: 'write of 4 KiB at a random place of a 4 MiB file, past the page cache',
    class: 'storage',
    exitFree: false,
    waits: true,
    effort: DEAR,
  },
  core('integer', 'alone'),
  core('integer', 'both'),
  core('mixed', 'alone'),
  core('mixed', 'both'),
  ...WORKING_SETS.flatMap((size) => [tour(size, 'stayed'), tour(size, 'moved')]),
  exchange('request-small', 'a request of 64 bytes and a reply as long'),
  exchange('request-large', 'a request of 8 KiB and a reply as long'),
  exchange('stream-small', '16 packets of 64 bytes, and a byte when all are there'),
  exchange('stream-large', '256 KiB, and a byte when all are there'),
];
