import type { Bytes, Nanoseconds } from '../../kernel/units.ts';

/** What memory costs beside the page-fault exits a workload lists; parts that are absent cost nothing. */
export interface MemoryCosts {
  readonly walk?: PageWalkCosts;
  readonly lock?: MmuLockCosts;
  /** Needed where a hypervisor shadows the page tables of its guests. */
  readonly shadow?: ShadowPagingCosts;
}

/** What a guest's changes of its page tables cost where they are shadowed (memory/shadow-paging). */
export interface ShadowPagingCosts {
  /**
   * Exits of class `exception` for each page fault of the guest: the fault itself, writes to tables that are protected,
   * the missing entry of the second table, and the same when the page is given back.
   */
  readonly exitsPerFault: number;
  /** How long the lock of page tables is held for all of them together. Part of their cost. */
  readonly held: Nanoseconds;
}

/** Page walks of TLB misses. Nested page tables of any depth are merged into two, so depth 2 walks as depth 1 does. */
export interface PageWalkCosts {
  /** Memory references of a walk on the metal, and in a guest. */
  readonly native: number;
  readonly nested: number;
  /** Time of one reference on average, from whichever cache has it. */
  readonly reference: Nanoseconds;
}

/** The lock under which the outermost hypervisor changes the page tables of a guest. */
export interface MmuLockCosts {
  /** How long it is held for a fault of a guest of the outermost hypervisor. Part of the fault's cost. */
  readonly handle: Nanoseconds;
  /** How much longer when it merges the tables of a nested hypervisor, each time. Part of the fault's cost. */
  readonly reflect: Nanoseconds;
  /** By how much each waiter lengthens the time it is held, as a share of it. */
  readonly growth: number;
  /** One lock for each guest of the outermost hypervisor (KVM's mmu_lock), or one for the host. */
  readonly scope: 'vm' | 'host';
}

/** What a guest's memory is, as the hypervisor around it sees it. */
export interface GuestMemory {
  /** What it was given. */
  readonly configured: Bytes;
  /** Its working set: what it touches again and again. At most what it was given. */
  readonly active: Bytes;
}

/** What a hypervisor has to give, and what it does when that is not enough. */
export interface HypervisorMemory {
  /** The host's memory, or what the nested hypervisor was given. */
  readonly capacity: Bytes;
  /** Used by the hypervisor itself. */
  readonly own: Bytes;
  /** Used for each of its guests, besides what the guest has. */
  readonly overhead: { readonly perVm: Bytes; readonly perGib: Bytes; readonly perVcpu: Bytes };
  readonly reclaim: MemoryReclaim;
}

/** How memory is won back, in this order; all off is a hypervisor that refuses to start what does not fit. */
export interface MemoryReclaim {
  /** Share of its guests' memory that is the same in several of them and is kept once. */
  readonly sharing: number;
  /** Share of a guest's memory that a balloon in it may take; it takes what is not in the working set. */
  readonly balloon: number;
  /** Whether the rest is swapped out to the hypervisor's own disk. */
  readonly swap: boolean;
}

/** What a workload does to memory, besides fitting into it. */
export interface MemoryWork {
  /** Pages of its working set that it comes back to for each second of CPU work: what finds a swapped page. */
  readonly touchesPerCpuSecond: number;
  /** TLB misses for each second of CPU work. */
  readonly tlbMissesPerCpuSecond: number;
  /** Page faults that its own system settles, and changes of address space, for each second of CPU work. Absent: 0. */
  readonly faultsPerCpuSecond?: number;
  readonly addressSpacesPerCpuSecond?: number;
}
