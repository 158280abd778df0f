import type { Nanoseconds } from '../kernel/units.ts';
import type { SchedulerSpecification, SchedulingPolicyName } from '../machine/scheduler-specification.ts';
import type { Draw } from './draw.ts';
import type { Figure } from './figure.ts';
import type { Platform } from './platform.ts';
import { type PlatformScheduler, SHIPPED_SCHEDULERS, schedulerSwitches } from './platform-scheduler.ts';

/** A scheduler for a machine of so many CPUs. */
export type SchedulerOf = (cpus: number) => SchedulerSpecification;

/**
 * The schedulers of a scenario's hypervisors and guests. A hypervisor that names a policy gets the platform's one of
 * that name, else the one that is shipped; each is drawn once.
 */
export class Schedulers {
  /** Of the outermost hypervisor. */
  readonly host: SchedulerOf;
  /** Of the guests' own systems. */
  readonly guest: SchedulerOf;
  readonly #platform: Platform;
  readonly #draw: Draw;
  readonly #drawn = new Map<PlatformScheduler, SchedulerOf>();

  constructor(platform: Platform, draw: Draw) {
    this.#platform = platform;
    this.#draw = draw;
    this.host = this.#of(platform.scheduler, 'platform.scheduler');
    const guest = guestScheduler(platform);
    this.guest = this.#of(
      guest,
      guest === platform.guestScheduler ? 'platform.guest-scheduler' : 'guest-scheduler',
    );
  }

  /** @param named the policy a hypervisor asks for, or null for the platform's own */
  nested(named: SchedulingPolicyName | null): SchedulerOf {
    const nested = nestedScheduler(this.#platform, named);
    if (nested === this.#platform.nestedScheduler) return this.#of(nested, 'platform.nested-scheduler');
    return this.#of(nested, `scheduler.${nested.policy}`);
  }

  #of(scheduler: PlatformScheduler, at: string): SchedulerOf {
    const known = this.#drawn.get(scheduler);
    if (known !== undefined) return known;
    const drawn = drawScheduler(scheduler, at, this.#draw);
    this.#drawn.set(scheduler, drawn);
    return drawn;
  }
}

/** A guest's system shares its vCPUs as the platform says, else as the host does if that is Linux, else by EEVDF. */
export function guestScheduler({ scheduler, guestScheduler: own }: Platform): PlatformScheduler {
  if (own !== undefined) return own;
  return scheduler.policy === 'eevdf' || scheduler.policy === 'cfs' ? scheduler : SHIPPED_SCHEDULERS.eevdf;
}

export function nestedScheduler(
  { scheduler, nestedScheduler: nested }: Platform,
  named: SchedulingPolicyName | null,
): PlatformScheduler {
  if (named === null) return nested ?? scheduler;
  if (nested?.policy === named) return nested;
  return scheduler.policy === named ? scheduler : SHIPPED_SCHEDULERS[named];
}

/**
 * Linux's times grow with the number of CPUs up to 8: sysctl_sched_tunable_scaling is logarithmic, the factor
 * 1 + ilog2(min(cpus, 8)) (kernel/sched/fair.c, get_update_sysctl_factor). A platform gives those of 8 CPUs or more.
 */
function scaled(time: number, cpus: number): Nanoseconds {
  const factor = (count: number): number => 1 + Math.floor(Math.log2(Math.min(count, 8)));
  return Math.round((time * factor(cpus)) / factor(8)) as Nanoseconds;
}

function drawScheduler(scheduler: PlatformScheduler, at: string, draw: Draw): SchedulerOf {
  const time = (figure: Figure, part: string): Nanoseconds =>
    Math.round(draw(figure, `${at}.${part}`)) as Nanoseconds;
  switch (scheduler.policy) {
    case 'eevdf': {
      const slice = draw(scheduler.slice, `${at}.slice`);
      const tick = time(scheduler.tick, 'tick');
      return (cpus) => ({
        ...schedulerSwitches(scheduler),
        policy: 'eevdf',
        slice: scaled(slice, cpus),
        tick,
      });
    }
    case 'cfs': {
      const latency = draw(scheduler.latency, `${at}.latency`);
      const minimum = draw(scheduler.minimumGranularity, `${at}.minimum-granularity`);
      const wakeup = draw(scheduler.wakeupGranularity, `${at}.wakeup-granularity`);
      const tick = time(scheduler.tick, 'tick');
      return (cpus) => ({
        ...schedulerSwitches(scheduler),
        policy: 'cfs',
        latency: scaled(latency, cpus),
        minimumGranularity: scaled(minimum, cpus),
        wakeupGranularity: scaled(wakeup, cpus),
        tick,
      });
    }
    case 'esxi': {
      const costop = time(scheduler.costop, 'costop');
      const costart = time(scheduler.costart, 'costart');
      const drawn: SchedulerSpecification = {
        policy: 'esxi',
        quantum: time(scheduler.quantum, 'quantum'),
        coscheduling:
          costop === 0
            ? null
            : {
                costop,
                // Drawn apart the two may come out the wrong way round.
                costart: Math.min(costart, costop - 1) as Nanoseconds,
                poll: time(scheduler.coschedPoll, 'cosched-poll'),
              },
        smtCharge: draw(scheduler.smtCharge, `${at}.smt-charge`),
      };
      return () => drawn;
    }
    case 'credit2': {
      const minimumRun = time(scheduler.minimumRun, 'minimum-run');
      const drawn: SchedulerSpecification = {
        policy: 'credit2',
        creditInit: time(scheduler.creditInit, 'credit-init'),
        minimumRun,
        maximumRun: Math.max(minimumRun, time(scheduler.maximumRun, 'maximum-run')) as Nanoseconds,
        rateLimit: time(scheduler.rateLimit, 'rate-limit'),
        migrateResistance: time(scheduler.migrateResistance, 'migrate-resistance'),
        runQueueCpus: scheduler.runQueueCpus,
      };
      return () => drawn;
    }
    case 'hyperv': {
      const { policy, kind } = scheduler;
      const quantum = time(scheduler.quantum, 'quantum');
      return () => ({ policy, kind, quantum });
    }
    case 'fair':
      return () => ({ policy: 'fair' });
  }
}
