import type { BenchRecord, RecordSamples } from '../../bench/record/record.ts';
import type { Interval } from '../text/figure.ts';
import { medianInterval, ratioInterval } from './median.ts';

/** One workload at one level, summed up from its raw samples without their warm-up. */
export interface MeasuredWorkload {
  readonly workload: string;
  readonly class: RecordSamples['class'];
  readonly level: number;
  readonly unit: RecordSamples['unit'];
  /** Cost of one operation: the median. */
  readonly cost: Interval;
  readonly samples: number;
  /** Against the same workload at the lowest level of the record; null there, and where there is none. */
  readonly ratio: Interval | null;
}

/** Exits, counted by the hypervisor at `countedAt`, for each operation of a workload that ran above it. */
export interface CountedExits {
  readonly workload: string;
  readonly level: number;
  readonly countedAt: number;
  readonly source: string;
  readonly operations: number;
  readonly perOperation: Readonly<Record<string, number>>;
}

/** The level ratios are taken against: the lowest one the record reached, the metal in every lab but `here`. */
export function baseLevelOf(record: BenchRecord): number | null {
  const levels = record.samples.map(({ level }) => level);
  return levels.length === 0 ? null : Math.min(...levels);
}

/** Every workload at every level, by class, workload and level in the order the record first has them. */
export function measuredWorkloads(record: BenchRecord): readonly MeasuredWorkload[] {
  const base = baseLevelOf(record);
  const summed = record.samples
    .filter(({ values, warmUp }) => values.length > warmUp)
    .map((samples) => ({ samples, cost: medianInterval(samples.values.slice(samples.warmUp)) }));
  const order = [...new Set(record.samples.map(({ workload }) => workload))];
  return summed
    .map(({ samples, cost }): MeasuredWorkload => {
      const below = summed.find(
        (other) =>
          other.samples.level === base &&
          other.samples.workload === samples.workload &&
          other.samples.unit === samples.unit,
      );
      const own = samples.level === base || below === undefined;
      return {
        workload: samples.workload,
        class: samples.class,
        level: samples.level,
        unit: samples.unit,
        cost,
        samples: samples.values.length - samples.warmUp,
        ratio: own ? null : ratioInterval(cost, below.cost),
      };
    })
    .sort(
      (a, b) =>
        CLASS_ORDER.indexOf(a.class) - CLASS_ORDER.indexOf(b.class) ||
        order.indexOf(a.workload) - order.indexOf(b.workload) ||
        a.level - b.level,
    );
}

const CLASS_ORDER: readonly RecordSamples['class'][] = ['control', 'exit', 'application'];

/** What each hypervisor counted, by operation; passes of no operations are left out. */
export function countedExits(record: BenchRecord): readonly CountedExits[] {
  return record.counters
    .filter(({ operations }) => operations > 0)
    .map(({ workload, workloadLevel, level, source, operations, delta }) => ({
      workload,
      level: workloadLevel,
      countedAt: level,
      source,
      operations,
      perOperation: Object.fromEntries(
        Object.entries(delta).map(([name, grown]) => [name, grown / operations]),
      ),
    }));
}
