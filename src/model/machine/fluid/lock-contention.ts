import { othersAtLock, queueAtLock, speedAtLock } from '../memory/mmu-lock.ts';
import { outermost } from '../storage/disk-ports.ts';
import type { Topology } from '../topology.ts';
import type { Sharing } from './sharing.ts';

/** Below this change the speed beside others is taken to be what it was. */
const LEAST_CHANGE = 0.002;

/** A guest whose jobs fault on fresh memory, and what part of its undisturbed time they hold the lock. */
export interface LockUser {
  readonly guest: number;
  readonly share: number;
}

/** The guests that have one lock in common. */
interface LockGroup {
  readonly guests: Int32Array;
  readonly shares: Float64Array;
  /** Tasks of each that execute, on average: what is found at a look. */
  readonly executing: Float64Array;
  /** So many others at the lock slow nobody down by as much as half of `LEAST_CHANGE`. */
  readonly negligible: number;
  contended: boolean;
}

/**
 * How much guests that fault on fresh memory at once slow each other down at the locks of the outermost hypervisor's page
 * tables (memory/mmu-lock.ts). The exact engine asks whenever a CPU changes tasks; here it is asked once a window, of
 * how many execute at that time.
 */
export class LockContention {
  private readonly sharing: Sharing;
  private readonly growth: number;
  private readonly groups: readonly LockGroup[];

  constructor(topology: Topology, sharing: Sharing, users: readonly LockUser[]) {
    const { guests, specification } = topology;
    const lock = specification.memory?.lock;
    const shared = lock?.scope === 'host' || specification.baseLevel > 0;
    this.sharing = sharing;
    this.growth = lock?.growth ?? 0;
    const byLock = new Map<number, LockUser[]>();
    for (const user of users) {
      const key = shared ? 0 : outermost(guests[user.guest]!).index;
      const group = byLock.get(key);
      if (group === undefined) byLock.set(key, [user]);
      else group.push(user);
    }
    this.groups = Array.from(byLock.values(), (group) => ({
      guests: Int32Array.from(group, ({ guest }) => guest),
      shares: Float64Array.from(group, ({ share }) => share),
      executing: Float64Array.from(group, ({ guest }) => guests[guest]!.specification.vcpus),
      negligible: LEAST_CHANGE / (2 * (1 + this.growth) * Math.max(...group.map(({ share }) => share))),
      contended: false,
      // Where all vCPUs at once would not be noticed, nobody needs to look.
    })).filter((group) => this.isNoticed(group));
  }

  get areNone(): boolean {
    return this.groups.length === 0;
  }

  /** A window has passed: who executes now slows the others down in the next. */
  apply(): void {
    for (const group of this.groups) this.applyTo(group);
  }

  private applyTo(group: LockGroup): void {
    const { sharing, growth } = this;
    const { guests, shares, executing } = group;
    let count = 0;
    for (let i = 0; i < guests.length; i++) {
      executing[i] = sharing.executing(guests[i]!);
      count += executing[i]!;
    }
    const contended = count > 1 && this.isNoticed(group);
    if (!contended && !group.contended) return;
    group.contended = contended;
    const others = contended ? othersAtLock(shares, guests.length, growth, executing, count) : 0;
    for (let i = 0; i < guests.length; i++) {
      const guest = guests[i]!;
      const speed = speedAtLock(shares[i]!, others, growth);
      if (Math.abs(speed - sharing.lockSpeedOf(guest)) >= LEAST_CHANGE || !contended) {
        sharing.setLockSpeed(guest, speed);
      }
    }
  }

  /** Whether who executes now slows the others down by more than is looked at. */
  private isNoticed({ shares, executing, negligible }: LockGroup): boolean {
    return queueAtLock(negligible, shares, shares.length, this.growth, executing) > negligible;
  }
}
