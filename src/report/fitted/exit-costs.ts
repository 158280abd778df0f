import { EXIT_CLASSES, type ExitClass } from '../../model/machine/exit-class.ts';
import { exitCost } from '../../model/machine/exit-cost.ts';
import type { ExitCostParameters } from '../../model/machine/specification.ts';
import type { Figure } from '../../model/scenario/figure.ts';
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
  const parameters = { value: at(platform, 'value'), low: at(platform, 'low'), high: at(platform, 'high') };
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

function at({ exits }: Platform, end: 'value' | 'low' | 'high'): ExitCostParameters {
  const pick = <T extends number>(figure: Figure<T>): T => figure[end];
  const classes: { -readonly [Class in ExitClass]?: ExitCostParameters['classes'][Class] } = {};
  for (const exitClass of EXIT_CLASSES) {
    const own = exits.classes[exitClass];
    if (own === undefined) continue;
    const ops: { -readonly [Class in ExitClass]?: number } = {};
    for (const op of EXIT_CLASSES) {
      const count = own.ops[op];
      if (count !== undefined) ops[op] = pick(count);
    }
    classes[exitClass] = { handle: pick(own.handle), reflect: pick(own.reflect), ops };
  }
  return { switch: pick(exits.switch), classes };
}
