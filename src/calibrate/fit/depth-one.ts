import { EXIT_CLASSES, type ExitClass } from '../../model/machine/exit-class.ts';
import type { Basis } from '../../model/scenario/figure.ts';
import { RELATIVE_COST } from '../published/published-costs.ts';
import type { Interval } from '../statistics/estimate.ts';

/** cost(c, 1) and what it rests on. */
export interface Cost extends Interval {
  readonly basis: Basis;
  readonly source: string;
}

/**
 * cost(c, 1) of every class: measured where it was, else the published ratio to a class that was.
 *
 * @param sleepLatency how much later a sleep ends in L1 than on the metal; null when that was not measured
 */
export function costsFromDepthOne(
  measured: ReadonlyMap<ExitClass, Interval>,
  sleepLatency: Interval | null,
): Record<ExitClass, Cost> {
  const order: readonly ExitClass[] = ['cpuid', 'hypercall', 'msr-write', 'msr-read', ...EXIT_CLASSES];
  const reference = order.find((exitClass) => measured.has(exitClass))!;
  const yardstick = measured.get(reference)!;
  const scale = RELATIVE_COST[reference].ratio;
  const costs = mapClasses((exitClass): Cost => {
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
  const haltWake = sleepLatency === null ? null : haltWakeWithin(sleepLatency, measured, costs['msr-write']);
  return haltWake === null ? costs : { ...costs, 'halt-wake': haltWake };
}

/**
 * A sleep programs the timer, halts and is woken. What is left of its latency when the one exit that programs the
 * timer is taken off bounds what halting and waking cost from above, as the cheapest exit does from below.
 */
function haltWakeWithin(
  latency: Interval,
  measured: ReadonlyMap<ExitClass, Interval>,
  timer: Interval,
): Cost | null {
  const exits = [...measured.values()];
  const cheapest = Math.min(...exits.map(({ value }) => value));
  const most = latency.value - timer.value;
  if (most <= cheapest) return null;
  return {
    value: Math.sqrt(cheapest * most),
    low: Math.min(...exits.map(({ low }) => low)),
    high: Math.max(most, latency.high - timer.low),
    basis: 'derived',
    source:
      'not in the record by itself: between the cheapest exit and how much later a sleep ends in L1, less the exit that programs the timer; geometric mean',
  };
}

export function mapClasses<T>(of: (exitClass: ExitClass) => T): Record<ExitClass, T> {
  const entries = EXIT_CLASSES.map((exitClass) => [exitClass, of(exitClass)] as const);
  return Object.fromEntries(entries) as Record<ExitClass, T>;
}
