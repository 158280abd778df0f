import type { GuestMemory, HypervisorMemory } from './memory-specification.ts';

const GIB = 2 ** 30;

/** Guests as far as memory goes, so many alike. */
export interface MemoryClaim {
  readonly count: number;
  readonly vcpus: number;
  readonly memory: GuestMemory;
}

/** Where the memory of one hypervisor goes; bytes. */
export interface MemoryPressure {
  readonly capacity: number;
  /** Its own, its guests' and the overhead for them, as if all of it were there. */
  readonly demand: number;
  /** Won back, in this order; together with `missing` they make up what demand is over capacity. */
  readonly shared: number;
  readonly ballooned: number;
  readonly swapped: number;
  /** What could not be won back: the hypervisor does not start all of these guests. */
  readonly missing: number;
  /** Share of its guests' working sets that is swapped out. */
  readonly swappedShare: number;
}

/** What a hypervisor uses for one such guest besides what the guest has. */
export function memoryOverhead({ overhead }: HypervisorMemory, { vcpus, memory }: MemoryClaim): number {
  return overhead.perVm + (overhead.perGib * memory.configured) / GIB + overhead.perVcpu * vcpus;
}

/**
 * The state a hypervisor settles in whose guests have touched all of their memory. Sharing comes first, as it costs
 * nothing; balloons take what guests do not work with; swapping takes the coldest first, so what guests do not work
 * with and no balloon could take, and only then of their working sets, of each the same share.
 */
export function memoryPressure(hypervisor: HypervisorMemory, claims: readonly MemoryClaim[]): MemoryPressure {
  const { capacity, own, reclaim } = hypervisor;
  let given = 0;
  let active = 0;
  let balloons = 0;
  let overhead = 0;
  for (const claim of claims) {
    const { count, memory } = claim;
    given += count * memory.configured;
    active += count * memory.active;
    balloons += count * Math.min(memory.configured - memory.active, reclaim.balloon * memory.configured);
    overhead += count * memoryOverhead(hypervisor, claim);
  }
  const demand = own + overhead + given;
  let over = Math.max(0, demand - capacity);
  const take = (most: number): number => {
    const taken = Math.min(over, most);
    over -= taken;
    return taken;
  };
  const shared = take(reclaim.sharing * given);
  const ballooned = take(balloons);
  // A page that is shared is won back once only.
  const idle = Math.max(0, given - active - shared - ballooned);
  const cold = reclaim.swap ? take(idle) : 0;
  const hot = reclaim.swap ? take(active) : 0;
  return {
    capacity,
    demand,
    shared,
    ballooned,
    swapped: cold + hot,
    missing: over,
    swappedShare: active === 0 ? 0 : hot / active,
  };
}
