import type { ExitCost } from '../exit-cost.ts';

/**
 * What a physical CPU's busy time goes to. A vector of these, in nanoseconds or as shares, is how the machine says
 * whose time something takes: guest work, world switches, spinning, polling for a halted vCPU, then each hypervisor from level 0 outwards.
 */
export const GUEST = 0;
export const SWITCH = 1;
export const SPIN = 2;
export const POLLING = 3;
export const FIRST_HYPERVISOR = 4;

/** Length of a vector for a machine with hypervisors at levels 0 .. levels - 1. */
export function categories(levels: number): number {
  return FIRST_HYPERVISOR + levels;
}

/** `count` exits of a known cost, added to a vector. */
export function addExits(vector: Float64Array, cost: ExitCost, count: number): void {
  vector[SWITCH]! += count * cost.switch;
  for (let level = 0; level < cost.byLevel.length; level++) {
    vector[FIRST_HYPERVISOR + level]! += count * cost.byLevel[level]!;
  }
}

export function total(vector: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < vector.length; k++) sum += vector[k]!;
  return sum;
}

/** `count` times another vector, added to a vector. */
export function addVector(vector: Float64Array, other: Float64Array, count: number): void {
  for (let k = 0; k < other.length; k++) vector[k]! += count * other[k]!;
}
