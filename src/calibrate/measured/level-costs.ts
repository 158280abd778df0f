import type { CountedExits } from '../../bench/record/counted-exits.ts';
import { EXIT_CLASSES, type ExitClass } from '../../model/machine/exit-class.ts';
import { exitCost } from '../../model/machine/exit-cost.ts';
import type { ExitCostParameters } from '../../model/machine/specification.ts';
import { difference, type Estimate, type Interval, percentileInterval } from '../statistics/estimate.ts';
import type { OwnExits } from './own-exits.ts';
import { type SeriesTable, seriesKey } from './series.ts';

/** What one thing that a guest does costs at a level, and how much of it the exits are that it takes. */
export interface LevelCost {
  readonly workload: string;
  /** What is counted: a packet, an I/O. */
  readonly per: string;
  readonly level: number;
  /** Time of one, in ns; what the same costs on the metal is not taken off. */
  readonly cost: Interval;
  /** ns more than on the metal; null where the metal has none of it. */
  readonly more: number | null;
  /** ns of CPU time of the exits counted for one, by the fitted costs; null where nobody counted. */
  readonly exits: number | null;
}

/** Operations of the agent that stand for one thing each, or for several of a kind. */
const OPERATIONS: readonly { readonly workload: string; readonly per: string; readonly of: number }[] = [
  { workload: 'page-touch', per: 'page touched first', of: 1 },
  { workload: 'chase-512m', per: 'load over 512 MiB', of: 1 },
  { workload: 'chase-32m', per: 'load over 32 MiB', of: 1 },
  { workload: 'pipe-one-cpu', per: 'switch of threads', of: 2 },
  { workload: 'fork-exec', per: 'process started', of: 1 },
  { workload: 'timer-sleep', per: 'wake-up by a timer', of: 1 },
  { workload: 'pipe-two-cpus', per: 'wake-up on another CPU', of: 2 },
  { workload: 'thread-wake', per: 'wake-up of a thread', of: 2 },
  { workload: 'random-read', per: 'I/O, read of 4 KiB', of: 1 },
  { workload: 'random-write', per: 'I/O, write of 4 KiB', of: 1 },
  { workload: 'file-sync', per: 'fsync of 4 KiB', of: 1 },
  { workload: 'request-small', per: 'packet of 64 B, one after the other', of: 2 },
  { workload: 'stream-small', per: 'packet of 64 B in a row', of: 16 },
  { workload: 'stream-large', per: 'KiB in a row', of: 256 },
];

export function levelCosts(
  series: SeriesTable,
  exits: OwnExits,
  parameters: ExitCostParameters,
): readonly LevelCost[] {
  const levels = [...new Set([...series.values()].map(({ level }) => level))].sort((a, b) => a - b);
  return OPERATIONS.flatMap(({ workload, per, of }) => {
    const metal = series.get(seriesKey(0, workload))?.median ?? null;
    return levels.flatMap((level): LevelCost[] => {
      const median = series.get(seriesKey(level, workload))?.median;
      if (median === undefined) return [];
      const counted = level === 0 ? null : exits.of(level - 1, level, workload);
      const { value, low, high } = percentileInterval(median);
      return [
        {
          ...{ workload, per, level },
          cost: { value: value / of, low: low / of, high: high / of },
          more: level === 0 || metal === null ? null : (median.value - metal.value) / of,
          exits: counted === null ? null : costOfExits(counted, parameters, level) / of,
        },
      ];
    });
  });
}

/** Where counters only total exits, those they name no class for: on an idle or busy Linux guest timer and APIC. */
const CLASS_OF_REST: ExitClass = 'msr-write';

/** CPU time of the exits of one operation from a level. */
export function costOfExits(counted: CountedExits, parameters: ExitCostParameters, depth: number): number {
  let cost = counted.unclassified * exitCost(parameters, CLASS_OF_REST, depth).total;
  for (const exitClass of EXIT_CLASSES) {
    const exits = counted.byClass[exitClass] ?? 0;
    if (exits > 0) cost += exits * exitCost(parameters, exitClass, depth).total;
  }
  return cost;
}

/** How much more a workload takes in L1 than on the metal; null when it was not measured at both. */
export function moreInL1(series: SeriesTable, workload: string): Estimate | null {
  const [metal, guest] = [0, 1].map((level) => series.get(seriesKey(level, workload))?.median);
  return metal === undefined || guest === undefined ? null : difference(guest, metal);
}
