import { EXIT_CLASSES } from '../exit-class.ts';
import { type ExitCost, exitCost } from '../exit-cost.ts';
import type { ExitCostParameters } from '../specification.ts';
import type { ControllerSpecification } from './storage-specification.ts';

/**
 * What each step of an I/O costs whoever takes it: the one place that says so, for every engine. An I/O of a guest at
 * level d passes d controllers, each emulated by the hypervisor around the guest that drives it, down to the host's
 * disk, and its completion comes back the same way.
 */

const NOTHING: ExitCost = { switch: 0, byLevel: [], total: 0 };

/** A system at a level hands up to `kickBatch` I/Os over to its controller: the exits of that, together. */
export function kickCost(
  exits: ExitCostParameters,
  { kick }: ControllerSpecification,
  level: number,
): ExitCost {
  return EXIT_CLASSES.reduce((sum, exitClass) => {
    const count = kick[exitClass] ?? 0;
    return count === 0 ? sum : plus(sum, exitCost(exits, exitClass, level), count);
  }, NOTHING);
}

/** A system at a level is interrupted for up to `coalescing` completions; free where the platform has no such exit. */
export function completionCost(exits: ExitCostParameters, level: number): ExitCost {
  return exits.classes['external-interrupt'] === undefined
    ? NOTHING
    : exitCost(exits, 'external-interrupt', level);
}

/** How many times a run of I/Os kicks, and how many interrupts announce so many completions. */
export const kicksOf = (ios: number, { kickBatch }: ControllerSpecification): number =>
  Math.ceil(ios / kickBatch);
export const interruptsOf = (ios: number, { coalescing }: ControllerSpecification): number =>
  Math.ceil(ios / coalescing);

/** I/Os that a layer adds to a run with so many first writes, if it keeps the disk thin. */
export const thinExtra = (freshWrites: number, thin: boolean, thinWrites: number): number =>
  thin ? freshWrites * thinWrites : 0;

function plus(sum: ExitCost, cost: ExitCost, count: number): ExitCost {
  return {
    switch: sum.switch + count * cost.switch,
    byLevel: cost.byLevel.map((time, level) => (sum.byLevel[level] ?? 0) + count * time),
    total: sum.total + count * cost.total,
  };
}
