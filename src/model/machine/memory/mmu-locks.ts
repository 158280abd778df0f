import type { Bursts } from '../cpu/bursts.ts';
import { NONE } from '../scheduler/scheduler-state.ts';
import type { Guest, Topology } from '../topology.ts';
import type { MmuLockCosts } from './memory-specification.ts';
import { othersAtLock, speedAtLock } from './mmu-lock.ts';

/**
 * Who executes what faults on fresh memory at this instant, and how much the lock slows each of them down. A lock
 * belongs to the VM of the outermost hypervisor; on a host that is itself a VM, all guests are that one's.
 */
export class MmuLocks {
  /** By physical CPU: its speed, 1 where nobody contends. */
  readonly speed: Float64Array;
  private readonly bursts: Bursts;
  private readonly growth: number;
  /** By task: its lock. */
  private readonly lockOf: Int32Array;
  /** By physical CPU: the lock its task uses and how much; NONE and 0 without. */
  private readonly at: Int32Array;
  private readonly share: Float64Array;
  /** By lock: the first CPU that uses it; by CPU: the next one that does, in order. */
  private readonly first: Int32Array;
  private readonly next: Int32Array;
  private readonly isStale: Uint8Array;
  private readonly stale: number[] = [];
  private readonly shares: Float64Array;

  constructor(topology: Topology, bursts: Bursts, lock: MmuLockCosts) {
    const { physicalCpus, entities, vcpus, tasks, specification, guests } = topology;
    const shared = lock.scope === 'host' || specification.baseLevel > 0;
    this.bursts = bursts;
    this.growth = lock.growth;
    this.speed = new Float64Array(physicalCpus).fill(1);
    this.lockOf = new Int32Array(entities - vcpus);
    for (const { guest, first, count } of tasks) {
      const index = guest === null || shared ? 0 : outermost(guest).index;
      this.lockOf.fill(index, first - vcpus, first - vcpus + count);
    }
    this.at = new Int32Array(physicalCpus).fill(NONE);
    this.share = new Float64Array(physicalCpus);
    const locks = Math.max(1, guests.length);
    this.first = new Int32Array(locks).fill(NONE);
    this.next = new Int32Array(physicalCpus).fill(NONE);
    this.isStale = new Uint8Array(locks);
    this.shares = new Float64Array(physicalCpus);
  }

  /** A CPU executes another task, or none, or another burst of it. */
  note(cpu: number, task: number): void {
    const share = task === NONE ? 0 : this.bursts.lockShare[task]!;
    const lock = share === 0 ? NONE : this.lockOf[task]!;
    if (lock === this.at[cpu] && share === this.share[cpu]) return;
    const before = this.at[cpu]!;
    this.share[cpu] = share;
    this.speed[cpu] = 1;
    if (lock !== before) {
      if (before !== NONE) this.leave(cpu, before);
      if (lock !== NONE) this.join(cpu, lock);
      this.at[cpu] = lock;
    }
    this.markStale(before);
    this.markStale(lock);
  }

  /** Brings the speeds in line with who contends now. Calls `changed` for every CPU just before its speed is another. */
  settle(changed: (cpu: number) => void): void {
    for (let lock = this.stale.pop(); lock !== undefined; lock = this.stale.pop()) {
      this.isStale[lock] = 0;
      this.settleOne(lock, changed);
    }
  }

  private markStale(lock: number): void {
    if (lock === NONE || this.isStale[lock] === 1) return;
    this.isStale[lock] = 1;
    this.stale.push(lock);
  }

  private settleOne(lock: number, changed: (cpu: number) => void): void {
    const { first, next, share, shares, speed, growth } = this;
    let count = 0;
    for (let cpu = first[lock]!; cpu !== NONE; cpu = next[cpu]!) shares[count++] = share[cpu]!;
    const others = othersAtLock(shares, count, growth);
    for (let cpu = first[lock]!; cpu !== NONE; cpu = next[cpu]!) {
      const now = speedAtLock(share[cpu]!, others, growth);
      if (now === speed[cpu]) continue;
      changed(cpu);
      speed[cpu] = now;
    }
  }

  private join(cpu: number, lock: number): void {
    const { first, next } = this;
    let before = NONE;
    let after = first[lock]!;
    while (after !== NONE && after < cpu) {
      before = after;
      after = next[after]!;
    }
    next[cpu] = after;
    if (before === NONE) first[lock] = cpu;
    else next[before] = cpu;
  }

  private leave(cpu: number, lock: number): void {
    const { first, next } = this;
    if (first[lock] === cpu) {
      first[lock] = next[cpu]!;
      return;
    }
    let before = first[lock]!;
    while (next[before] !== cpu) before = next[before]!;
    next[before] = next[cpu]!;
  }
}

const outermost = (guest: Guest): Guest => (guest.parent === null ? guest : outermost(guest.parent));
