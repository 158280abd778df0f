import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { ns } from '../../model/kernel/units.ts';
import { EXIT_CLASSES, type ExitClass } from '../../model/machine/exit-class.ts';
import { exitCost } from '../../model/machine/exit-cost.ts';
import type { ExitClassParameters, ExitCostParameters } from '../../model/machine/specification.ts';

/** What the observations can tell about the recursion's parameters, one reflection shared by all classes. */
export interface Identifiability {
  readonly parameters: readonly string[];
  readonly observations: readonly string[];
  /** How many independent combinations of the parameters the observations determine. */
  readonly rank: number;
  /** Of those: largest over smallest singular value of d ln(observation) / d ln(parameter). */
  readonly condition: number;
  /** Directions in which the parameters can move without any observation changing, in nanoseconds. */
  readonly free: readonly Readonly<Record<string, number>>[];
}

/** Singular values below this share of the largest are rounding: counts and costs are known to 1 in 10^4 at best. */
const RANK_TOLERANCE = 1e-9;

/** @param observed for each class, the depths from which its cost was measured. */
export function identifiability(
  parameters: ExitCostParameters,
  observed: readonly { readonly exitClass: ExitClass; readonly depths: readonly number[] }[],
): Identifiability {
  const used = classesUsed(parameters, observed);
  const names = ['switch', 'reflect', ...used.map((exitClass) => `handle(${exitClass})`)];
  const rows = observed.flatMap(({ exitClass, depths }) => depths.map((depth) => ({ exitClass, depth })));
  // The recursion is linear in its times, so a unit step is the derivative, whatever the point.
  const at = (index: number | null): number[] => {
    const stepped = step(parameters, used, index);
    return rows.map(({ exitClass, depth }) => exitCost(stepped, exitClass, depth).total);
  };
  const base = at(null);
  const derivatives = names.map((_, j) => at(j).map((value, i) => value - base[i]!));
  const values = valuesOf(parameters, used, observed);
  const relative = new Matrix(
    rows.map((_, i) => names.map((_, j) => (derivatives[j]![i]! * values[j]!) / base[i]!)),
  );
  const decomposition = new SingularValueDecomposition(relative, { autoTranspose: true });
  const singular = decomposition.diagonal;
  const rank = singular.filter((value) => value > RANK_TOLERANCE * singular[0]!).length;
  return {
    parameters: names,
    observations: rows.map(({ exitClass, depth }) => `cost(${exitClass}, ${depth})`),
    rank,
    condition: singular[0]! / singular[rank - 1]!,
    free: nullSpace(derivatives, names),
  };
}

function classesUsed(
  parameters: ExitCostParameters,
  observed: readonly { readonly exitClass: ExitClass; readonly depths: readonly number[] }[],
): ExitClass[] {
  const used = new Set<ExitClass>();
  for (const { exitClass, depths } of observed) {
    used.add(exitClass);
    if (Math.max(...depths) < 2) continue;
    for (const op of EXIT_CLASSES) if ((parameters.classes[exitClass]?.ops[op] ?? 0) > 0) used.add(op);
  }
  return EXIT_CLASSES.filter((exitClass) => used.has(exitClass));
}

/** The parameters with one of them a nanosecond larger: 0 is switch, 1 every reflect, then the handlers. */
function step(
  parameters: ExitCostParameters,
  used: readonly ExitClass[],
  index: number | null,
): ExitCostParameters {
  const classes: Partial<Record<ExitClass, ExitClassParameters>> = {};
  for (const exitClass of EXIT_CLASSES) {
    const own = parameters.classes[exitClass];
    if (own === undefined) continue;
    classes[exitClass] = {
      handle: ns(own.handle + (index !== null && used[index - 2] === exitClass ? 1 : 0)),
      reflect: ns(own.reflect + (index === 1 ? 1 : 0)),
      ops: own.ops,
    };
  }
  return { ...parameters, switch: ns(parameters.switch + (index === 0 ? 1 : 0)), classes };
}

/** A typical size of each parameter, to make columns comparable; one that is 0 counts as a nanosecond. */
function valuesOf(
  parameters: ExitCostParameters,
  used: readonly ExitClass[],
  observed: readonly { readonly exitClass: ExitClass }[],
): number[] {
  const reflects = observed.map(({ exitClass }): number => parameters.classes[exitClass]?.reflect ?? 0);
  const reflect = reflects.reduce((sum, value) => sum + value, 0) / Math.max(1, reflects.length);
  const handles = used.map((exitClass): number => parameters.classes[exitClass]?.handle ?? 0);
  return [parameters.switch, reflect, ...handles].map((value) => (value > 0 ? value : 1));
}

/**
 * A basis of the null space in its readable form: the reduced row echelon form of the derivatives, each free column
 * solved for, so that a direction names as few parameters as it can. Pivots are sought from the last parameter on,
 * which leaves `switch` and `reflect` free where anything is.
 */
function nullSpace(
  derivatives: readonly (readonly number[])[],
  names: readonly string[],
): Readonly<Record<string, number>>[] {
  const columns = names.length;
  const order = Array.from({ length: columns }, (_, j) => columns - 1 - j);
  const rows = derivatives[0]!.map((_, i) => order.map((j) => derivatives[j]![i]!));
  const pivots: number[] = [];
  for (let column = 0; column < columns && pivots.length < rows.length; column++) {
    const next = pivots.length;
    let best = next;
    for (let i = next; i < rows.length; i++) {
      if (Math.abs(rows[i]![column]!) > Math.abs(rows[best]![column]!)) best = i;
    }
    const pivot = rows[best]![column]!;
    if (Math.abs(pivot) < 1e-6) continue;
    [rows[next], rows[best]] = [rows[best]!, rows[next]!];
    rows[next] = rows[next]!.map((value) => value / pivot);
    for (let i = 0; i < rows.length; i++) {
      const factor = rows[i]![column]!;
      if (i !== next && factor !== 0) rows[i] = rows[i]!.map((value, k) => value - factor * rows[next]![k]!);
    }
    pivots.push(column);
  }
  const free = order.map((_, column) => column).filter((column) => !pivots.includes(column));
  return free.map((column) => {
    const direction: Record<string, number> = { [names[order[column]!]!]: 1 };
    for (const [row, pivot] of pivots.entries()) {
      const moved = -rows[row]![column]!;
      if (Math.abs(moved) > 1e-6) direction[names[order[pivot]!]!] = moved;
    }
    return direction;
  });
}
