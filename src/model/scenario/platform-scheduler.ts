import type { Nanoseconds } from '../kernel/units.ts';
import { CREDIT2_RUN_QUEUE_CPUS, type SchedulingPolicyName } from '../machine/scheduler-specification.ts';
import type { Figure } from './figure.ts';

/** A scheduling policy as a platform gives it: parameters as figures, switches as they are. */
export type PlatformScheduler =
  | PlatformEevdf
  | PlatformCfs
  | PlatformEsxi
  | PlatformCredit2
  | PlatformHyperv
  | { readonly policy: 'fair' };

interface PlatformEevdf {
  readonly policy: 'eevdf';
  /** Of 8 CPUs or more; fewer have less. */
  readonly slice: Figure<Nanoseconds>;
  readonly tick: Figure<Nanoseconds>;
  /** Absent: see machine/scheduler-specification. */
  readonly delayDequeue?: boolean;
  readonly pickBuddy?: boolean;
  readonly yieldForfeits?: boolean;
  readonly weightPer?: 'vcpu' | 'vm';
}

interface PlatformCfs {
  readonly policy: 'cfs';
  /** These three of 8 CPUs or more; fewer have less. */
  readonly latency: Figure<Nanoseconds>;
  readonly minimumGranularity: Figure<Nanoseconds>;
  readonly wakeupGranularity: Figure<Nanoseconds>;
  readonly tick: Figure<Nanoseconds>;
  readonly weightPer?: 'vcpu' | 'vm';
}

interface PlatformEsxi {
  readonly policy: 'esxi';
  readonly quantum: Figure<Nanoseconds>;
  /** 0: no co-scheduling. */
  readonly costop: Figure<Nanoseconds>;
  readonly costart: Figure<Nanoseconds>;
  readonly coschedPoll: Figure<Nanoseconds>;
  readonly smtCharge: Figure;
}

interface PlatformCredit2 {
  readonly policy: 'credit2';
  readonly creditInit: Figure<Nanoseconds>;
  readonly minimumRun: Figure<Nanoseconds>;
  readonly maximumRun: Figure<Nanoseconds>;
  readonly rateLimit: Figure<Nanoseconds>;
  readonly migrateResistance: Figure<Nanoseconds>;
  readonly runQueueCpus: number;
}

interface PlatformHyperv {
  readonly policy: 'hyperv';
  readonly kind: 'classic' | 'core';
  readonly quantum: Figure<Nanoseconds>;
}

export function schedulerFigures(scheduler: PlatformScheduler): readonly Figure[] {
  return Object.values(scheduler).filter((part): part is Figure => typeof part === 'object');
}

/** Its switches, as far as they are given. */
export function schedulerSwitches(scheduler: PlatformScheduler): Readonly<Record<string, boolean | string>> {
  const switches = Object.entries(scheduler).filter(
    ([name, part]) => name !== 'policy' && typeof part !== 'object',
  );
  return Object.fromEntries(switches as [string, boolean | string][]);
}

const published = <T extends number>(value: number, source: string): Figure<T> => ({
  value: value as T,
  low: value as T,
  high: value as T,
  basis: 'published',
  source,
});

const assumed = <T extends number>(value: number, low: number, high: number, source: string): Figure<T> => ({
  value: value as T,
  low: low as T,
  high: high as T,
  basis: 'assumed',
  source,
});

const MS = 1e6;
const KERNEL_5_15 = 'Linux 5.15 kernel/sched/fair.c, times 4 on 8 or more CPUs';
const ESXI_OPTIONS = 'default of ESXi 6.5 to 9.0.1 (advanced option';
const CREDIT2 = 'Xen xen/common/sched/credit2.c:';

/** A tick of Linux that nobody gives: the default of its configuration, and of the distributions most hosts run. */
export const LINUX_TICK: Figure<Nanoseconds> = published(4 * MS, 'CONFIG_HZ=250, the default of Kconfig');

/** Each policy with what its makers ship: taken where a scenario names a policy and the platform has another. */
export const SHIPPED_SCHEDULERS: Readonly<{
  [P in SchedulingPolicyName]: Extract<PlatformScheduler, { policy: P }>;
}> = {
  eevdf: {
    policy: 'eevdf',
    slice: published(
      2.8 * MS,
      'Linux 6.18 kernel/sched/fair.c: base slice 0.70 ms, times 4 on 8 or more CPUs',
    ),
    tick: LINUX_TICK,
  },
  cfs: {
    policy: 'cfs',
    latency: published(24 * MS, `${KERNEL_5_15}: sched_latency 6 ms`),
    minimumGranularity: published(3 * MS, `${KERNEL_5_15}: min_granularity 0.75 ms`),
    wakeupGranularity: published(4 * MS, `${KERNEL_5_15}: wakeup_granularity 1 ms`),
    tick: LINUX_TICK,
  },
  esxi: {
    policy: 'esxi',
    quantum: assumed(
      200 * MS,
      50 * MS,
      200 * MS,
      'ESXi option Cpu.Quantum: 200 ms since 6.5, 50 ms before; that a vCPU gets so much at a stretch is not documented',
    ),
    costop: published(3 * MS, `${ESXI_OPTIONS} Cpu.CoschedCostopThreshold)`),
    costart: published(2 * MS, `${ESXI_OPTIONS} Cpu.CoschedCostartThreshold)`),
    coschedPoll: published(1 * MS, `${ESXI_OPTIONS} Cpu.CoschedPollUsec)`),
    smtCharge: published(0.625, 'VMware: two busy threads count as 1.25, each is charged 62.5 %'),
  },
  credit2: {
    policy: 'credit2',
    creditInit: published(10 * MS, `${CREDIT2} CSCHED2_CREDIT_INIT`),
    minimumRun: published(0.5 * MS, `${CREDIT2} CSCHED2_MIN_TIMER`),
    maximumRun: published(10 * MS, `${CREDIT2} CSCHED2_MAX_TIMER`),
    rateLimit: published(1 * MS, 'Xen xen/common/sched: sched_ratelimit_us 1000'),
    migrateResistance: published(0.5 * MS, `${CREDIT2} CSCHED2_MIGRATE_RESIST`),
    runQueueCpus: CREDIT2_RUN_QUEUE_CPUS,
  },
  hyperv: {
    policy: 'hyperv',
    kind: 'core',
    quantum: assumed(
      10 * MS,
      1 * MS,
      50 * MS,
      'not published by Microsoft; a range of what general schedulers use',
    ),
  },
  fair: { policy: 'fair' },
};
