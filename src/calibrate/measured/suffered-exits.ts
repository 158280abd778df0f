import { median } from 'simple-statistics';
import { type CountedExits, countedExits } from '../../bench/record/counted-exits.ts';
import { undisturbedGroups } from '../../bench/record/pool.ts';
import type { BenchRecord } from '../../bench/record/record.ts';
import { EXIT_CLASSES, type ExitClass } from '../../model/machine/exit-class.ts';
import { exitCost } from '../../model/machine/exit-cost.ts';
import type { ExitCostParameters } from '../../model/machine/specification.ts';
import { costOfExits } from './level-costs.ts';
import type { OwnExits } from './own-exits.ts';

/** What interrupts a hypervisor are its own clock and devices. */
const INTERRUPT: ExitClass = 'external-interrupt';
/** A pass begins and ends with a guest that goes idle: of this, only what is the operation's own. */
const OF_ENDS: ExitClass = 'halt-wake';

/** Half the period of 250 ticks a second, ns. */
const HOLDS_TICKS_NS = 2_000_000;

/**
 * Whether the median operation holds ticks: of the level's own kernel and of every one below it, as in
 * gate/overhead-series.ts.
 */
export const holdsTicks = (nanoseconds: number, level: number): boolean =>
  nanoseconds * (level + 1) >= HOLDS_TICKS_NS;

/** Cost in ns of all exits that fell into one operation: its own, and those that came with the time it took. */
export type SufferedExits = (level: number, workload: string) => number | null;

/**
 * By the hypervisor right below, each exit at its class's cost from that depth; and those that the ones further down took
 * for their own clocks, and did not hand on, at the cost of an interrupt there. Medians of the undisturbed blocks.
 */
export function sufferedExits(
  record: BenchRecord,
  own: OwnExits,
  parameters: ExitCostParameters,
): SufferedExits {
  const groups = undisturbedGroups(record, record.counters, ({ workload, workloadLevel, level }) =>
    JSON.stringify([workload, workloadLevel, level]),
  );
  const passes = new Map(
    groups.map((lines): [string, readonly CountedExits[]] => {
      const { workload, workloadLevel, level } = lines[0]!;
      const counted = lines.map(countedExits).filter((each) => each?.detail === 'reasons');
      return [keyOf(level, workloadLevel, workload), counted as readonly CountedExits[]];
    }),
  );
  const at = (hypervisor: number, level: number, workload: string): readonly CountedExits[] =>
    passes.get(keyOf(hypervisor, level, workload)) ?? [];
  const interruptsAt = (hypervisor: number, level: number, workload: string): number =>
    medianOf(at(hypervisor, level, workload), INTERRUPT);
  return (level, workload) => {
    const counted = at(level - 1, level, workload);
    if (counted.length === 0) return null;
    const byClass = Object.fromEntries(EXIT_CLASSES.map((kind) => [kind, medianOf(counted, kind)]));
    byClass[OF_ENDS] = own.of(level - 1, level, workload)?.byClass[OF_ENDS] ?? 0;
    const unclassified = median(counted.map((pass) => pass.unclassified));
    let cost = costOfExits({ ...counted[0]!, byClass, unclassified }, parameters, level);
    for (let below = level - 2; below >= 0; below--) {
      const kept = interruptsAt(below, level, workload) - interruptsAt(below + 1, level, workload);
      cost += Math.max(0, kept) * exitCost(parameters, INTERRUPT, below + 1).total;
    }
    return cost;
  };
}

const keyOf = (...parts: readonly (string | number)[]): string => parts.join('/');

const medianOf = (passes: readonly CountedExits[], kind: ExitClass): number =>
  passes.length === 0 ? 0 : median(passes.map(({ byClass }) => byClass[kind] ?? 0));
