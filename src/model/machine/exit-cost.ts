import { EXIT_CLASSES, type ExitClass } from './exit-class.ts';
import type { ExitClassParameters, ExitCostParameters } from './specification.ts';

type Ops = ExitClassParameters['ops'];

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
 *     cost(c, d) = switch + handle(c) + sum over ops o of n(c, o) * cost(o, d - 1)
 *                + sum over levels k = 0 .. d - 2 of [ reflect(c) + sum over ops o of m(o) * cost(o, k) ]
 *     cost(o, 0) = 0
 *
 * An exit from depth d leaves for the outermost hypervisor. To a hypervisor everything inside its guest is its guest,
 * so it reflects the exit to level 1; if the owner is deeper, level 1 does as level 0 did, and so on up to the owner at
 * level d - 1, which handles it. Whoever runs at level k >= 1 traps for what it may not do itself (`vm-entry`, the way
 * into its guest, among it), and each such trap is an exit from depth k. Reflection is charged to the level that
 * reflects, handling to level d - 1, and ops to whoever handles them.
 *
 * An assist takes the exits of a class away up to its depth; a deeper one may be handled by the outermost hypervisor at
 * once, without reflection, as if from depth 1.
 *
 * @param depth 1 for a guest of the outermost hypervisor; 0 has no exits and costs nothing.
 * @throws ExitCostError when `exitClass`, or a class among its ops, has no parameters.
 */
export function exitCost(parameters: ExitCostParameters, exitClass: ExitClass, depth: number): ExitCost {
  if (depth === 0) return { switch: 0, byLevel: [], total: 0 };
  let memo = known.get(parameters);
  if (memo === undefined) {
    memo = new Map();
    known.set(parameters, memo);
  }
  return costAt(parameters, exitClass, depth, memo, null);
}

/** Every role of a lab asks for the same costs; parameters never change. By class and depth. */
const known = new WeakMap<ExitCostParameters, Map<string, ExitCost>>();

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
  const assist = parameters.assists?.[exitClass];
  const byLevel = new Array<number>(depth).fill(0);
  if (assist !== undefined && depth <= assist.depth) return { switch: 0, byLevel, total: 0 };
  let switchTime: number = parameters.switch;
  const addOps = (ops: Ops, level: number): void => {
    for (const op of EXIT_CLASSES) {
      const count = ops[op];
      if (count === undefined || count === 0) continue;
      const cost = costAt(parameters, op, level, memo, exitClass);
      switchTime += count * cost.switch;
      for (let payer = 0; payer < level; payer++) byLevel[payer]! += count * cost.byLevel[payer]!;
    }
  };
  const owner = assist?.beyond === 'outermost' ? 0 : depth - 1;
  byLevel[owner]! += own.handle;
  if (owner > 0) addOps(own.ops, owner);
  for (let level = 0; level < owner; level++) {
    byLevel[level]! += own.reflect;
    if (level > 0 && parameters.reflectOps !== undefined) addOps(parameters.reflectOps, level);
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
