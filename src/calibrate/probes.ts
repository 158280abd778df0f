import type { ExitClass } from '../model/machine/exit-class.ts';

/** Two readings of the clock with nothing in between: what every timed operation contains. */
export const TIMER_OVERHEAD = 'timer-overhead';

/** A sleep, as far as it ends later than asked. */
export const SLEEP = 'timer-sleep';

/** How a workload of the agent (src/bench/workload) tells the cost of one exit of a class. */
export interface ExitProbe {
  readonly workload: string;
  readonly exitClass: ExitClass;
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

export const EXIT_PROBES: readonly ExitProbe[] = [
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
