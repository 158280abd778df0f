import { median } from 'simple-statistics';
import { type BenchRecord, OUTSIDE_BLOCKS, type RecordSamples } from '../bench/record/record.ts';
import { measuredValues } from '../bench/record/summarise.ts';
import { exitSeries } from './exit-series.ts';
import type { BlockValue, MetricSeries } from './metric.ts';

/**
 * Ticks of a level and of every one below it fall into what lasts, 250 a second of each: an operation that takes so long,
 * divided by how many tick, holds one as often as not, and its median one or none.
 */
const HOLDS_TICKS_NS = 2_000_000;

/**
 * Everything a record can be gated on, one series for each workload, level above the lowest and kind, in the order the
 * record first has them. Only valid blocks count.
 */
export function overheadSeries(record: BenchRecord): readonly MetricSeries[] {
  const invalid = new Set(record.blocks.filter(({ valid }) => !valid).map(({ block }) => block));
  const counts = (block: number): boolean => block !== OUTSIDE_BLOCKS && !invalid.has(block);
  return [...ratios(record, counts), ...exitSeries(record, counts)].map(inBlockOrder);
}

/** Instructions of what is over before a tick comes repeat from boot to boot; of what is not they are as statistical as time. */
function ratios(record: BenchRecord, counts: (block: number) => boolean): readonly MetricSeries[] {
  const samples = record.samples.filter(({ block }) => counts(block));
  const holdsTicks = ticking(samples, record.header.nsPerInstruction);
  const lowest = Math.min(...samples.map(({ level }) => level));
  const place = ({ block, workload, unit }: RecordSamples): string => JSON.stringify([block, workload, unit]);
  const below = new Map(
    samples.filter(({ level }) => level === lowest).map((line) => [place(line), costOf(line)]),
  );
  const series = new Map<string, GrowingSeries>();
  for (const line of samples) {
    if (line.level === lowest) continue;
    const cost = costOf(line);
    const base = below.get(place(line)) ?? null;
    if (cost === null || base === null || base === undefined) continue;
    const kind = line.unit === 'instructions' ? 'instructions' : 'time';
    const { workload, level, boot, block } = line;
    append(
      series,
      {
        key: { workload, level, kind },
        control: line.class === 'control',
        exactLike: kind === 'instructions' && !holdsTicks.has(cellOf(line)),
      },
      {
        boot,
        block,
        value: cost / base,
      },
    );
  }
  return [...series.values()].map(({ of, values }) => ({ ...of, values }));
}

const cellOf = ({ workload, level }: RecordSamples): string => `${level}/${workload}`;

/** Cells whose operations last so long that ticks fall into them. */
function ticking(samples: readonly RecordSamples[], nsPerInstruction: number | null): ReadonlySet<string> {
  const loads = new Map<string, number[]>();
  for (const line of samples) {
    const { unit, operationsPerSample, level } = line;
    const cost = (costOf(line) ?? 0) * (unit === 'ns' ? 1 : (nsPerInstruction ?? 1));
    loads.set(cellOf(line), [...(loads.get(cellOf(line)) ?? []), cost * operationsPerSample * (level + 1)]);
  }
  return new Set([...loads].filter(([, each]) => median(each) >= HOLDS_TICKS_NS).map(([cell]) => cell));
}

/** Null for what a clock could not tell from nothing. */
function costOf(samples: RecordSamples): number | null {
  const values = measuredValues(samples);
  if (values.length === 0) return null;
  const cost = median([...values]);
  return cost > 0 ? cost : null;
}

interface GrowingSeries {
  readonly of: Omit<MetricSeries, 'values'>;
  readonly values: BlockValue[];
}

function append(
  series: Map<string, GrowingSeries>,
  of: Omit<MetricSeries, 'values'>,
  value: BlockValue,
): void {
  const { workload, level, kind } = of.key;
  const name = JSON.stringify([workload, level, kind]);
  const known = series.get(name) ?? { of, values: [] };
  series.set(name, known);
  known.values.push(value);
}

const inBlockOrder = (series: MetricSeries): MetricSeries => ({
  ...series,
  values: [...series.values].sort((a, b) => a.block - b.block),
});
