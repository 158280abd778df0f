import { EXIT_CLASSES, type ExitClass } from '../machine/exit-class.ts';

/** Entry by entry, in the classes' own order. */
export function mapExitClasses<A, B>(
  entries: Readonly<Partial<Record<ExitClass, A | undefined>>>,
  change: (entry: A, exitClass: ExitClass) => B,
): Partial<Record<ExitClass, B>> {
  const changed: Partial<Record<ExitClass, B>> = {};
  for (const exitClass of EXIT_CLASSES) {
    const entry = entries[exitClass];
    if (entry !== undefined) changed[exitClass] = change(entry, exitClass);
  }
  return changed;
}
