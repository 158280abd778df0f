import type { BenchRecord, RecordSamples } from '../bench/record/record.ts';
import { summarise } from '../bench/record/summarise.ts';
import { bootstrapMedian } from './bootstrap-median.ts';
import { CalibrationError } from './calibration-error.ts';
import type { Estimate, Uniform } from './estimate.ts';

/** What a record says about one workload at one level: its median cost per operation, in nanoseconds. */
interface Series {
  readonly level: number;
  readonly workload: string;
  readonly class: RecordSamples['class'];
  readonly median: Estimate;
  /** The median's distribution-free 95 % interval. */
  readonly low: number;
  readonly high: number;
  /** Values behind it, warm-up left out. */
  readonly count: number;
}

export type SeriesTable = ReadonlyMap<string, Series>;

export const seriesKey = (level: number, workload: string): string => `${level}/${workload}`;

export interface Resampling {
  readonly replicates: number;
  /** The random stream of one series: its resamples do not depend on what else the record holds. */
  readonly uniformFor: (key: string) => Uniform;
}

export function seriesOf(record: BenchRecord, resampling: Resampling): SeriesTable {
  const table = new Map<string, Series>();
  for (const samples of record.samples) {
    const { level, workload } = samples;
    const key = seriesKey(level, workload);
    const step = nanosecondsPerUnit(samples, record);
    const sorted = Float64Array.from(samples.values.slice(samples.warmUp), (value) => value * step).sort();
    const { low, high, n } = summarise(samples);
    table.set(key, {
      level,
      workload,
      class: samples.class,
      median: bootstrapMedian(sorted, resampling.replicates, resampling.uniformFor(key)),
      low: low * step,
      high: high * step,
      count: n,
    });
  }
  return table;
}

function nanosecondsPerUnit(samples: RecordSamples, { header }: BenchRecord): number {
  if (samples.unit === 'ns') return 1;
  if (header.nsPerInstruction !== null) return header.nsPerInstruction;
  throw new CalibrationError(
    'unknown-unit',
    `record ${header.id}: ${samples.workload} at level ${samples.level} is in instructions, but the header does not say how long one takes (nsPerInstruction is null); measure again with nestmark bench`,
  );
}
