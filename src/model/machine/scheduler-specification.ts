import type { Nanoseconds } from '../kernel/units.ts';

/**
 * How one layer shares its CPUs: a policy with its parameters. Where a parameter may be left out, the value it then
 * has is the published default named beside it. All of these may be mixed, at any level.
 */
export type SchedulerSpecification =
  | EevdfSpecification
  | CfsSpecification
  | EsxiSpecification
  | Credit2Specification
  | HypervSpecification
  | FairSpecification;

export type SchedulingPolicyName = SchedulerSpecification['policy'];

/** What Linux's two policies have in common. */
interface LinuxSpecification {
  /** Time between scheduler ticks; turns end on them. */
  readonly tick: Nanoseconds;
  /**
   * The scheduler's clock leaves out the time its vCPU waited one level below (CONFIG_PARAVIRT_TIME_ACCOUNTING).
   * Of no effect on physical CPUs. Absent: true.
   */
  readonly stealClock?: boolean;
  /**
   * Who a guest's weight belongs to: to each of its vCPUs, or to the VM, whose control group's weight is then divided
   * among the vCPUs that have something to do. Under the other policies it always counts for each vCPU. Absent: vcpu.
   */
  readonly weightPer?: 'vcpu' | 'vm';
}

/** Linux 6.6+: earliest eligible virtual deadline first. */
export interface EevdfSpecification extends LinuxSpecification {
  readonly policy: 'eevdf';
  readonly slice: Nanoseconds;
  /** A task that blocks while it is owed nothing stays queued until its lag is gone (6.12+). Absent: true. */
  readonly delayDequeue?: boolean;
  /** A directed yield has an effect: the one it names is picked if eligible (PICK_BUDDY, 6.12.33+). Absent: true. */
  readonly pickBuddy?: boolean;
  /**
   * Who yields gives up the rest of its slice, so that others become eligible (6.18); before, only its deadline is put
   * off, and one that alone is eligible is picked again. Absent: true.
   */
  readonly yieldForfeits?: boolean;
}

/** Linux up to 6.5: the completely fair scheduler. */
export interface CfsSpecification extends LinuxSpecification {
  readonly policy: 'cfs';
  /** sched_latency: the period in which up to `latency / minimumGranularity` entities each get a turn. */
  readonly latency: Nanoseconds;
  readonly minimumGranularity: Nanoseconds;
  readonly wakeupGranularity: Nanoseconds;
}

/** VMware ESXi: proportional shares with bounded lag, reservations, limits and relaxed co-scheduling. */
export interface EsxiSpecification {
  readonly policy: 'esxi';
  /** Cpu.Quantum. */
  readonly quantum: Nanoseconds;
  /** Null switches co-scheduling off (Cpu.CoschedCostopThreshold = 0). */
  readonly coscheduling: {
    /** How far a vCPU may lead its slowest sibling before it is stopped, and below which it may go on. */
    readonly costop: Nanoseconds;
    readonly costart: Nanoseconds;
    /** Time between looks at the skew. */
    readonly poll: Nanoseconds;
  } | null;
  /** Share of its time that a vCPU is charged for while its core's other thread is busy. Absent: 0.625. */
  readonly smtCharge?: number;
}

/** Xen's Credit2. */
export interface Credit2Specification {
  readonly policy: 'credit2';
  /** Absent: 10 ms (CSCHED2_CREDIT_INIT). */
  readonly creditInit?: Nanoseconds;
  /** Shortest and longest turn. Absent: 0.5 and 10 ms. */
  readonly minimumRun?: Nanoseconds;
  readonly maximumRun?: Nanoseconds;
  /** A turn is not cut short before this. Absent: 1 ms. */
  readonly rateLimit?: Nanoseconds;
  /** Credit that a waiting vCPU must be ahead by to be run on another CPU than its last. Absent: 0.5 ms. */
  readonly migrateResistance?: Nanoseconds;
  /** How many CPUs share a run queue: `credit2_runqueue=cpu` is 1, `core` 2 with SMT. Absent: 16, of a socket. */
  readonly runQueueCpus?: number;
}

/** credit2_runqueue=socket with sched_credit2_max_cpus_runqueue=16, Xen's defaults. */
export const CREDIT2_RUN_QUEUE_CPUS = 16;

/** Microsoft Hyper-V: the classic or the core scheduler. Its quantum is not published. */
export interface HypervSpecification {
  readonly policy: 'hyperv';
  /** `core`: only virtual processors of one VM share the threads of a core. */
  readonly kind: 'classic' | 'core';
  readonly quantum: Nanoseconds;
}

/** Ideal processor sharing by weights, within caps: the fluid limit of all the others. */
export interface FairSpecification {
  readonly policy: 'fair';
}

/** Share of its time that ESXi charges a vCPU whose core's other thread is busy: half of 1.25 threads' worth. */
export const ESXI_SMT_CHARGE = 0.625;

/** KVM's polling of a vCPU that halts, before it sleeps (virt/kvm/kvm_main.c); each vCPU has its own window. */
export interface HaltPollingSpecification {
  /** halt_poll_ns: the longest window. */
  readonly most: Nanoseconds;
  /** halt_poll_ns_grow_start: the first window, and the one below which shrinking ends at 0. Absent: 10 us. */
  readonly growStart?: Nanoseconds;
  /** Factor of a window that grows. Absent: 2. */
  readonly grow?: number;
  /** Divisor of one that shrinks; 0 drops it to 0, as up to 6.11. Absent: 2. */
  readonly shrink?: number;
}

/** What a hypervisor does about a vCPU that spins (pause-loop exits, pause filter, long spin notifications). */
export interface SpinExitSpecification {
  /** How long a vCPU spins before it traps. */
  readonly window: Nanoseconds;
  /** Factor of the window from one trap to the next, until the vCPU is scheduled again (ple_window_grow). Absent: 2. */
  readonly grow?: number;
  /** The spinning vCPU offers its CPU to a sibling that is ready and not running. */
  readonly directedYield: boolean;
}
