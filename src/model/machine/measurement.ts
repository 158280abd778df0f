import type { Nanoseconds } from '../kernel/units.ts';

/**
 * What one replication measured: times in nanoseconds and counts, over the window from `start` to `end`. Plain data
 * that survives structured cloning. The identities that always hold are in docs/machine.md, and are tested.
 */
export interface MachineMeasurement {
  readonly seed: number;
  readonly replication: number;
  readonly start: Nanoseconds;
  readonly end: Nanoseconds;
  /** Events handled, warm-up included. */
  readonly events: number;
  /** Of all physical CPUs together. */
  readonly cpu: CpuTime;
  readonly physicalCpus: readonly CpuTime[];
  readonly guests: readonly GuestMeasurement[];
  readonly responses: { count: number; mean: number };
  readonly findings: readonly MachineFinding[];
}

/** Where physical CPU time went; the parts sum to the window's length times the number of CPUs. */
export interface CpuTime {
  readonly guest: number;
  /** By the hypervisor's level. */
  readonly hypervisor: readonly number[];
  readonly switch: number;
  readonly spin: number;
  readonly idle: number;
}

export interface GuestMeasurement {
  readonly entity: string;
  readonly role: string;
  readonly seat: number;
  readonly level: number;
  readonly vcpus: readonly VcpuTime[];
  /** Null for a guest without a workload. */
  readonly jobs: JobMeasurement | null;
}

/** One vCPU as its own hypervisor sees it: running, ready, co-stopped and halted sum to the window's length. */
export interface VcpuTime {
  readonly running: number;
  /** Wanted to run and was not picked; the guest's own steal counter. */
  readonly ready: number;
  readonly coStopped: number;
  readonly halted: number;
  /** Part of `running` in which a level below its hypervisor had taken the CPU away. */
  readonly hiddenSteal: number;
}

export interface JobMeasurement {
  readonly arrived: number;
  readonly completed: number;
  /** Gave up because frames were dropped. */
  readonly failed: number;
  readonly inSystemAtStart: number;
  readonly inSystemAtEnd: number;
  /** Nanoseconds of demand: queued at start + demanded = delivered + abandoned + queued at end. */
  readonly demanded: number;
  readonly delivered: number;
  readonly abandoned: number;
  readonly queuedAtStart: number;
  readonly queuedAtEnd: number;
  /** Integral over the window of the number of jobs in the system. */
  readonly jobTime: number;
  /** Time that all jobs spent in the system within the window; Little's law: equal to `jobTime`. */
  readonly sojournTime: number;
}

/** Something the reader must know in words. */
export interface MachineFinding {
  readonly severity: 'note' | 'warning' | 'error';
  readonly code: string;
  readonly text: string;
}
