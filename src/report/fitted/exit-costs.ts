import { EXIT_CLASSES, type ExitClass } from '../../model/machine/exit-class.ts';
import { exitCost } from '../../model/machine/exit-cost.ts';
import { compileExits } from '../../model/scenario/compile.ts';
import type { Platform } from '../../model/scenario/platform.ts';
import type { Interval } from '../text/figure.ts';

/** Depths a reader asks about: a guest, a guest of a guest, and one more. */
export const DEPTHS = [1, 2, 3] as const;

export interface ClassCost {
  readonly exitClass: ExitClass;
  /** CPU time of one exit in ns, by depth. */
  readonly byDepth: readonly Interval[];
}

/**
 * What one exit costs by class and depth. The recursion only adds and multiplies what is not negative, so it grows
 * with every parameter: all low ends together and all high ends together bound it. That is wider than a 95 % interval.
 * @throws ExitCostError when a class needs an op that the profile does not have
 */
export function classCosts(platform: Platform): readonly ClassCost[] {
  const at = (end: 'value' | 'low' | 'high') => compileExits(platform, (figure) => figure[end]);
  const parameters = { value: at('value'), low: at('low'), high: at('high') };
  return EXIT_CLASSES.filter((exitClass) => platform.exits.classes[exitClass] !== undefined).map(
    (exitClass) => ({
      exitClass,
      byDepth: DEPTHS.map((depth) => ({
        mean: exitCost(parameters.value, exitClass, depth).total,
        low: exitCost(parameters.low, exitClass, depth).total,
        high: exitCost(parameters.high, exitClass, depth).total,
      })),
    }),
  );
}
