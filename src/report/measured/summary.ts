import { pooled } from '../../bench/record/pool.ts';
import type { BenchRecord, RecordSamples } from '../../bench/record/record.ts';
import { checksumDisagreements, summarise } from '../../bench/record/summarise.ts';
import type { Interval } from '../text/figure.ts';
import { ratioInterval } from './ratio.ts';
import { workloadOrder } from './workload-order.ts';

/** One workload at one level, summed up from its raw samples without their warm-up. */
export interface MeasuredWorkload {
  readonly workload: string;
  readonly class: RecordSamples['class'];
  readonly level: number;
  readonly unit: RecordSamples['unit'];
  /** Cost of one operation: the median. */
  readonly cost: Interval;
  readonly samples: number;
  /**
   * Against the same workload at the lowest level of the record; null there, where there is none, and where the levels
   * did not compute the same.
   */
  readonly ratio: Interval | null;
}

/** The level ratios are taken against: the lowest one the record reached, the metal in every lab but `here`. */
export function baseLevelOf(record: BenchRecord): number | null {
  const levels = record.samples.map(({ level }) => level);
  return levels.length === 0 ? null : Math.min(...levels);
}

/** Every workload at every level, by class, workload in the order it was planned, and level. */
export function measuredWorkloads(record: BenchRecord): readonly MeasuredWorkload[] {
  const base = baseLevelOf(record);
  const summed = pooled(record)
    .samples.filter(({ values, warmUp }) => values.length > warmUp)
    .map((samples) => ({ samples, cost: medianOf(samples) }));
  const different = new Set(checksumDisagreements(record));
  const order = workloadOrder(record);
  return summed
    .map(({ samples, cost }): MeasuredWorkload => {
      const below = summed.find(
        (other) =>
          other.samples.level === base &&
          other.samples.workload === samples.workload &&
          other.samples.unit === samples.unit,
      );
      const own = samples.level === base || below === undefined || different.has(samples.workload);
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
        order.get(a.workload)! - order.get(b.workload)! ||
        a.level - b.level,
    );
}

/** The median with its 95 % interval, which too few samples cannot give. */
function medianOf(samples: RecordSamples): Interval {
  const { median, low, high, confidence } = summarise(samples, CONFIDENCE);
  return confidence < CONFIDENCE ? { mean: median, low: null, high: null } : { mean: median, low, high };
}

const CONFIDENCE = 0.95;

const CLASS_ORDER: readonly RecordSamples['class'][] = [
  'control',
  'exit',
  'memory',
  'kernel',
  'storage',
  'network',
  'application',
];
