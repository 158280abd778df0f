import type { ExitClass } from '../../model/machine/exit-class.ts';

/** Two readings of the clock with nothing in between: what every timed operation contains. */
export const TIMER_OVERHEAD = 'timer-overhead';

/** The same in a bare guest: a few pages without an operating system, which is what L3 is. */
export const BARE_TIMER_OVERHEAD = 'bare-timer-overhead';

/** Who issues a probe's operation. Only probes of one kind of guest are compared between levels. */
export type ProbeGuest = 'linux' | 'bare';

/** A sleep, as far as it ends later than asked. */
export const SLEEP = 'timer-sleep';

/** How a workload of the agent (src/bench/workload) tells the cost of one exit of a class. */
export interface ExitProbe {
  readonly workload: string;
  readonly exitClass: ExitClass;
  readonly guest: ProbeGuest;
  /**
   * `class`: the class's parameters are fitted on it. `check`: never fitted on; predicted from its own cost one
   * level up, and compared.
   */
  readonly use: 'class' | 'check';
  /** A workload that does the same without the exit, subtracted at each level before the metal is. */
  readonly without?: string;
  /** The class that the hypervisor's own reason for the exit is of, when it is another. */
  readonly reason?: ExitClass;
  /**
   * Whether the exit is certain by construction. When it is not (a page whose frame is already backed takes none),
   * the hypervisor's counters must show one exit an operation, or the workload says nothing about its class.
   */
  readonly certain: boolean;
}

const LINUX_PROBES: readonly Omit<ExitProbe, 'guest'>[] = [
  { workload: 'cpuid', exitClass: 'cpuid', use: 'class', certain: true },
  { workload: 'hypercall', exitClass: 'hypercall', use: 'class', certain: true },
  { workload: 'msr-read', exitClass: 'msr-read', use: 'class', certain: true },
  { workload: 'msr-write', exitClass: 'msr-write', use: 'class', certain: true },
  // Port I/O that leaves for the hypervisor's user space, as a device's does; `pio-kernel` stays in the kernel.
  { workload: 'pio', exitClass: 'pio', use: 'class', certain: true },
  { workload: 'pio-kernel', exitClass: 'pio', use: 'check', certain: true },
  { workload: 'mmio', exitClass: 'mmio', use: 'class', reason: 'page-fault', certain: true },
  {
    workload: 'page-touch',
    exitClass: 'page-fault',
    use: 'class',
    without: 'page-touch-again',
    certain: false,
  },
];

/** The same exits without an operating system around them: no metal, so the timer's own cost is what is taken off. */
const BARE_PROBES: readonly Omit<ExitProbe, 'guest'>[] = [
  { workload: 'bare-cpuid', exitClass: 'cpuid', use: 'class', certain: true },
  { workload: 'bare-hypercall', exitClass: 'hypercall', use: 'class', certain: true },
  { workload: 'bare-msr-read', exitClass: 'msr-read', use: 'class', certain: true },
  { workload: 'bare-msr-write', exitClass: 'msr-write', use: 'class', certain: true },
  { workload: 'bare-pio', exitClass: 'pio', use: 'class', certain: true },
  { workload: 'bare-mmio', exitClass: 'mmio', use: 'class', reason: 'page-fault', certain: true },
  // A halt that leaves for user space and is taken up again at once: what halting costs without waiting.
  { workload: 'bare-halt', exitClass: 'halt-wake', use: 'class', certain: true },
  { workload: 'bare-page-touch', exitClass: 'page-fault', use: 'class', certain: false },
];

export const EXIT_PROBES: readonly ExitProbe[] = [
  ...LINUX_PROBES.map((probe) => ({ ...probe, guest: 'linux' as const })),
  ...BARE_PROBES.map((probe) => ({ ...probe, guest: 'bare' as const })),
];
