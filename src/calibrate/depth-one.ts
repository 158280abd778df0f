import { EXIT_CLASSES, type ExitClass } from '../model/machine/exit-class.ts';
import type { Basis } from '../model/scenario/figure.ts';
import type { Interval } from './estimate.ts';
import { RELATIVE_COST } from './published-costs.ts';

/** cost(c, 1) and what it rests on. */
export interface Cost extends Interval {
  readonly basis: Basis;
  readonly source: string;
}

/** cost(c, 1) of every class: measured where it was, else the published ratio to a class that was. */
export function costsFromDepthOne(measured: ReadonlyMap<ExitClass, Interval>): Record<ExitClass, Cost> {
  const order: readonly ExitClass[] = ['cpuid', 'hypercall', 'msr-write', 'msr-read', ...EXIT_CLASSES];
  const reference = order.find((exitClass) => measured.has(exitClass))!;
  const yardstick = measured.get(reference)!;
  const scale = RELATIVE_COST[reference].ratio;
  return mapClasses((exitClass) => {
    const own = measured.get(exitClass);
    if (own !== undefined) {
      return { ...own, basis: 'measured', source: `${exitClass} in L1 less the same on the metal` };
    }
    const { ratio, low, high, source } = RELATIVE_COST[exitClass];
    return {
      value: (yardstick.value * ratio) / scale,
      low: (yardstick.low * low) / scale,
      high: (yardstick.high * high) / scale,
      basis: 'derived',
      source: `not in the record: ${reference} times a published ratio (${source})`,
    };
  });
}

export function mapClasses<T>(of: (exitClass: ExitClass) => T): Record<ExitClass, T> {
  const entries = EXIT_CLASSES.map((exitClass) => [exitClass, of(exitClass)] as const);
  return Object.fromEntries(entries) as Record<ExitClass, T>;
}
