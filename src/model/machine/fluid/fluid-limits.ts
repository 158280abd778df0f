import { CPU_LIMIT_PERIOD } from '../scheduler/cpu-limits.ts';
import type { Topology } from '../topology.ts';
import type { Sharing } from './sharing.ts';

/** A guest with a limit: what it may use in a period, and what of that is left. */
interface LimitedGuest {
  readonly guest: number;
  readonly quota: number;
  readonly period: number;
  left: number;
  periodEnd: number;
  used: number;
}

/**
 * Limits as the exact engine has them (scheduler/cpu-limits.ts): a guest runs as it likes until its quota of the period is
 * used up, and then waits for the next. Looked at once a window: what it got too much by is taken off the next period.
 */
export class FluidLimits {
  private readonly sharing: Sharing;
  private readonly limited: readonly LimitedGuest[];

  constructor({ guests }: Topology, sharing: Sharing) {
    this.sharing = sharing;
    this.limited = guests.flatMap(({ index, specification: { limit } }): LimitedGuest[] => {
      if (limit === undefined) return [];
      const period = limit.period ?? CPU_LIMIT_PERIOD;
      const quota = limit.cpus * period;
      return [{ guest: index, quota, period, left: quota, periodEnd: period, used: 0 }];
    });
  }

  get areNone(): boolean {
    return this.limited.length === 0;
  }

  /** A window has passed: who may go on in the next? */
  apply(): void {
    for (const one of this.limited) this.look(one);
  }

  private look(one: LimitedGuest): void {
    const { sharing } = this;
    const { now } = sharing;
    sharing.touch(one.guest);
    const used = sharing.pickedTime[one.guest]!;
    one.left -= used - one.used;
    const idle = used === one.used && one.left > 0;
    if (now >= one.periodEnd) {
      const periods = 1 + Math.floor((now - one.periodEnd) / one.period);
      one.left = Math.min(one.quota, Math.min(one.left, 0) + periods * one.quota);
      one.periodEnd += periods * one.period;
    }
    // A period begins with the first use after an idle one.
    if (idle && one.left === one.quota) one.periodEnd = now + one.period;
    one.used = used;
    sharing.hold(one.guest, one.left <= 0);
  }
}
