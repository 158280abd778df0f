import { pooled } from '../../bench/record/pool.ts';
import type { BenchRecord, RecordSamples } from '../../bench/record/record.ts';
import { summarise } from '../../bench/record/summarise.ts';
import { bootstrapMedian, bootstrapMedianOfBoots } from '../statistics/bootstrap-median.ts';
import type { Estimate, Uniform } from '../statistics/estimate.ts';
import { CalibrationError } from './calibration-error.ts';
import type { JoinedRecords } from './joined-records.ts';

/** What a record says about one workload at one level: its median cost per operation, in nanoseconds. */
export interface Series {
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
  /** How the blocks lie in boots, which are resampled when there are several. */
  readonly boots?: Pick<JoinedRecords, 'bootOf' | 'boots'>;
}

export function seriesOf(record: BenchRecord, resampling: Resampling): SeriesTable {
  const table = new Map<string, Series>();
  const whole = pooled(record);
  const boots = resampling.boots?.boots ?? 1;
  const drawn = boots > 1 ? drawBoots(boots, resampling) : null;
  for (const samples of whole.samples) {
    const { level, workload } = samples;
    const key = seriesKey(level, workload);
    const step = nanosecondsPerUnit(samples, record);
    const inTime = (values: readonly number[]): Float64Array =>
      Float64Array.from(values, (value) => value * step).sort();
    const uniform = resampling.uniformFor(key);
    const { low, high, n } = summarise(samples);
    table.set(key, {
      level,
      workload,
      class: samples.class,
      median:
        drawn === null
          ? bootstrapMedian(inTime(samples.values.slice(samples.warmUp)), resampling.replicates, uniform)
          : bootstrapMedianOfBoots(
              valuesByBoot(record, samples, resampling.boots!).map(inTime),
              drawn,
              uniform,
            ),
      low: low * step,
      high: high * step,
      count: n,
    });
  }
  return table;
}

/** Which boots each replicate is made of: one draw for everything measured, since a boot shifts all of it alike. */
function drawBoots(boots: number, { replicates, uniformFor }: Resampling): readonly Uint32Array[] {
  const uniform = uniformFor('boots');
  return Array.from({ length: replicates }, () =>
    Uint32Array.from({ length: boots }, () => Math.floor(uniform() * boots)),
  );
}

/** The values of one line of the pooled record, boot by boot, of the same blocks. */
function valuesByBoot(
  { samples, blocks }: BenchRecord,
  { level, workload, unit }: RecordSamples,
  { bootOf, boots }: Pick<JoinedRecords, 'bootOf' | 'boots'>,
): readonly (readonly number[])[] {
  const lines = samples.filter(
    (line) => line.level === level && line.workload === workload && line.unit === unit,
  );
  const disturbed = new Set(blocks.filter(({ valid }) => !valid).map(({ block }) => block));
  const undisturbed = lines.filter(({ block }) => !disturbed.has(block));
  const values = Array.from({ length: boots }, (): number[] => []);
  for (const line of undisturbed.length === 0 ? lines : undisturbed) {
    values[bootOf(line.block)]!.push(...line.values.slice(line.warmUp));
  }
  return values;
}

function nanosecondsPerUnit(samples: RecordSamples, { header }: BenchRecord): number {
  if (samples.unit === 'ns') return 1;
  if (header.nsPerInstruction !== null) return header.nsPerInstruction;
  throw new CalibrationError(
    'unknown-unit',
    `record ${header.id}: ${samples.workload} at level ${samples.level} is in instructions, but the header does not say how long one takes (nsPerInstruction is null); measure again with nestmark bench`,
  );
}
