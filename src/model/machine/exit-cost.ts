import { EXIT_CLASSES, type ExitClass } from './exit-class.ts';
import type { ExitClassParameters, ExitCostParameters } from './specification.ts';

/**
 * Whose CPU time one exit takes, in nanoseconds on the metal: the world switches, and each hypervisor's own
 * code. `byLevel[k]` is the time of the hypervisor at level k; its length is the depth the guest exits from.
 */
export interface ExitCost {
  readonly switch: number;
  readonly byLevel: readonly number[];
  readonly total: number;
}

/** What the recursion could not be carried out with. */
export class ExitCostError extends Error {
  override readonly name = 'ExitCostError';
}

/**
 * The exit recursion (docs/method.md, after the Turtles paper, OSDI 2010, section 3 and the DVH paper, ASPLOS 2020):
 *
 *     cost(c, 1) = switch + handle(c)
 *     cost(c, d) = switch + reflect(c) + handle(c) + sum over ops o of n(c, o) * cost(o, d - 1)
 *
 * An exit from depth d leaves for the outermost hypervisor, which reflects it to the owner at level d - 1; the
 * owner handles it, and each time it must itself trap to do so (`vm-entry`, the way back in, among them), that
 * trap is an exit from depth d - 1. Reflection is charged to level 0, handling to level d - 1, and ops to whoever
 * handles them.
 *
 * @param depth 1 for a guest of the outermost hypervisor; 0 has no exits and costs nothing.
 * @throws ExitCostError when `exitClass`, or a class among its ops, has no parameters.
 */
export function exitCost(parameters: ExitCostParameters, exitClass: ExitClass, depth: number): ExitCost {
  if (depth === 0) return { switch: 0, byLevel: [], total: 0 };
  return costAt(parameters, exitClass, depth, new Map(), null);
}

function costAt(
  parameters: ExitCostParameters,
  exitClass: ExitClass,
  depth: number,
  memo: Map<string, ExitCost>,
  neededBy: ExitClass | null,
): ExitCost {
  const key = `${exitClass}@${depth}`;
  const known = memo.get(key);
  if (known !== undefined) return known;
  const own = parametersOf(parameters, exitClass, neededBy);
  const byLevel = new Array<number>(depth).fill(0);
  let switchTime: number = parameters.switch;
  byLevel[depth - 1] = own.handle;
  if (depth > 1) {
    byLevel[0]! += own.reflect;
    for (const op of EXIT_CLASSES) {
      const count = own.ops[op];
      if (count === undefined || count === 0) continue;
      const cost = costAt(parameters, op, depth - 1, memo, exitClass);
      switchTime += count * cost.switch;
      for (let level = 0; level < depth - 1; level++) byLevel[level]! += count * cost.byLevel[level]!;
    }
  }
  const cost: ExitCost = { switch: switchTime, byLevel, total: byLevel.reduce((a, b) => a + b, switchTime) };
  memo.set(key, cost);
  return cost;
}

function parametersOf(
  parameters: ExitCostParameters,
  exitClass: ExitClass,
  neededBy: ExitClass | null,
): ExitClassParameters {
  const own = parameters.classes[exitClass];
  if (own !== undefined) return own;
  const reason = neededBy === null ? '' : ` (an op of ${neededBy})`;
  throw new ExitCostError(`the platform gives no cost for exits of class ${exitClass}${reason}`);
}
