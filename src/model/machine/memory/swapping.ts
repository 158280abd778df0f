import type { GuestSpecification, HypervisorSpecification, MachineSpecification } from '../specification.ts';
import { type MemoryClaim, type MemoryPressure, memoryPressure } from './pressure.ts';

/** The page that is swapped in, and what it displaces. */
export const SWAP_IOS = 2;
export const PAGE = 4096;

/** A specification never changes, and every guest asks of the hypervisors around it. */
const known = new WeakMap<HypervisorSpecification, MemoryPressure>();

/** Null when a hypervisor's memory is not given: there is always enough. */
export function pressureIn(hypervisor: HypervisorSpecification): MemoryPressure | null {
  const { memory, guests } = hypervisor;
  if (memory === undefined) return null;
  const before = known.get(hypervisor);
  if (before !== undefined) return before;
  const claims = guests.flatMap((guest): MemoryClaim[] =>
    guest.memory === undefined ? [] : [{ count: 1, vcpus: guest.vcpus, memory: guest.memory }],
  );
  const pressure = memoryPressure(memory, claims);
  known.set(hypervisor, pressure);
  return pressure;
}

/** A place where a guest's touch of a page can find it swapped out. */
export interface SwappedShare {
  /** Levels above the host's hypervisor of the one that swapped; 0 is the host's own. */
  readonly depth: number;
  readonly share: number;
}

/**
 * Where a guest finds its memory swapped out: each hypervisor below it may have swapped a share of what it works
 * with, and takes no account of the others. `around` lists the hypervisors, the outermost first.
 */
export function swappedShares(around: readonly HypervisorSpecification[]): readonly SwappedShare[] {
  return around
    .map((hypervisor, depth) => ({ depth, share: pressureIn(hypervisor)?.swappedShare ?? 0 }))
    .filter(({ share }) => share > 0);
}

interface GuestInTree {
  readonly parent: GuestInTree | null;
  readonly specification: GuestSpecification;
}

/** The hypervisors around a guest, the outermost first. */
export function hypervisorsAround(
  specification: MachineSpecification,
  guest: GuestInTree,
): readonly HypervisorSpecification[] {
  return guest.parent === null
    ? [specification.root]
    : [...hypervisorsAround(specification, guest.parent), guest.parent.specification.hypervisor!];
}

/** Whether any guest comes back to pages that may be swapped out. */
export function swaps(guests: readonly GuestInTree[], specification: MachineSpecification): boolean {
  return guests.some(
    (guest) =>
      (guest.specification.workload?.memory?.touchesPerCpuSecond ?? 0) > 0 &&
      swappedShares(hypervisorsAround(specification, guest)).length > 0,
  );
}
