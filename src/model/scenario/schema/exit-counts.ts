import type { z } from 'zod';
import { EXIT_CLASSES, type ExitClass } from '../../machine/exit-class.ts';
import { block } from './fields.ts';
import { countFigure } from './figure.ts';

/** One optional entry for each exit class: what `exits`, `ops` and the rates of a workload are made of. */
export function perExitClass<S extends z.ZodType>(entry: S) {
  const shape = Object.fromEntries(EXIT_CLASSES.map((name) => [name, entry.optional()]));
  return block(shape as Record<ExitClass, z.ZodOptional<S>>);
}

/** How often, by class. */
export const exitCounts = perExitClass(countFigure).meta({ id: 'exit-counts' });
