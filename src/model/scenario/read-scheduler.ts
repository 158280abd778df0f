import type { Nanoseconds } from '../kernel/units.ts';
import type { Figure } from './figure.ts';
import type { Platform } from './platform.ts';
import { type PlatformScheduler, SHIPPED_SCHEDULERS } from './platform-scheduler.ts';
import { toFigure } from './schema/figure.ts';
import type { PlatformDocument } from './schema/platform.ts';
import type { SchedulerDocument } from './schema/scheduler.ts';

type WrittenFigure = Parameters<typeof toFigure>[0];

type Scheduling = Pick<
  Platform,
  'scheduler' | 'nestedScheduler' | 'guestScheduler' | 'haltPolling' | 'spinExit' | 'cacheRefill'
>;

/** Everything a platform says of scheduling. */
export function schedulingOf(read: PlatformDocument): Scheduling {
  const nested = read['nested-scheduler'];
  const guest = read['guest-scheduler'];
  const polling = read['halt-polling'];
  const spinExit = read['spin-exit'];
  const refill = read['cache-refill'];
  return {
    scheduler: toPlatformScheduler(read.scheduler),
    ...(nested === undefined ? {} : { nestedScheduler: toPlatformScheduler(nested) }),
    ...(guest === undefined ? {} : { guestScheduler: toPlatformScheduler(guest) }),
    ...(polling === undefined || polling === 'off'
      ? {}
      : {
          haltPolling: {
            most: toFigure<Nanoseconds>(polling.most),
            growStart: toFigure<Nanoseconds>(polling['grow-start'] ?? HALT_POLL_GROW_START),
            grow: polling.grow ?? 2,
            shrink: polling.shrink ?? 2,
          },
        }),
    ...(spinExit === undefined || spinExit === 'off'
      ? {}
      : {
          spinExit: {
            window: toFigure<Nanoseconds>(spinExit.window),
            grow: spinExit.grow ?? 2,
            directedYield: spinExit['directed-yield'],
            depth: spinExit.depth ?? Number.POSITIVE_INFINITY,
          },
        }),
    ...(refill === undefined ? {} : { cacheRefill: toFigure<Nanoseconds>(refill) }),
  };
}

const HALT_POLL_GROW_START = {
  value: 10_000,
  basis: 'published' as const,
  source: 'Linux virt/kvm/kvm_main.c: halt_poll_ns_grow_start',
};

/** What a platform says of a scheduler, filled in with what is shipped. */
function toPlatformScheduler(read: SchedulerDocument): PlatformScheduler {
  switch (read.policy) {
    case 'eevdf':
      return {
        policy: 'eevdf',
        slice: toFigure<Nanoseconds>(read.slice),
        tick: toFigure<Nanoseconds>(read.tick),
        ...(read['delay-dequeue'] === undefined ? {} : { delayDequeue: read['delay-dequeue'] }),
        ...(read['pick-buddy'] === undefined ? {} : { pickBuddy: read['pick-buddy'] }),
        ...(read['yield-forfeits'] === undefined ? {} : { yieldForfeits: read['yield-forfeits'] }),
        ...(read['weight-per'] === undefined ? {} : { weightPer: read['weight-per'] }),
      };
    case 'cfs': {
      const { cfs } = SHIPPED_SCHEDULERS;
      return {
        policy: 'cfs',
        latency: given(read.latency, cfs.latency),
        minimumGranularity: given(read['minimum-granularity'], cfs.minimumGranularity),
        wakeupGranularity: given(read['wakeup-granularity'], cfs.wakeupGranularity),
        tick: given(read.tick, cfs.tick),
        ...(read['weight-per'] === undefined ? {} : { weightPer: read['weight-per'] }),
      };
    }
    case 'esxi': {
      const { esxi } = SHIPPED_SCHEDULERS;
      return {
        policy: 'esxi',
        quantum: given(read.quantum, esxi.quantum),
        costop: given(read.costop, esxi.costop),
        costart: given(read.costart, esxi.costart),
        coschedPoll: given(read['cosched-poll'], esxi.coschedPoll),
        smtCharge: given(read['smt-charge'], esxi.smtCharge),
      };
    }
    case 'credit2': {
      const { credit2 } = SHIPPED_SCHEDULERS;
      return {
        policy: 'credit2',
        creditInit: given(read['credit-init'], credit2.creditInit),
        minimumRun: given(read['minimum-run'], credit2.minimumRun),
        maximumRun: given(read['maximum-run'], credit2.maximumRun),
        rateLimit: given(read['rate-limit'], credit2.rateLimit),
        migrateResistance: given(read['migrate-resistance'], credit2.migrateResistance),
        runQueueCpus: read['run-queue-cpus'] ?? credit2.runQueueCpus,
      };
    }
    case 'hyperv': {
      const { hyperv } = SHIPPED_SCHEDULERS;
      return {
        policy: 'hyperv',
        kind: read.kind ?? hyperv.kind,
        quantum: given(read.quantum, hyperv.quantum),
      };
    }
    case 'fair':
      return { policy: 'fair' };
  }
}

function given<T extends number>(read: WrittenFigure | undefined, shipped: Figure<T>): Figure<T> {
  return read === undefined ? shipped : toFigure<T>(read);
}
