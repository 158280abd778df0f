import { median } from 'simple-statistics';
import {
  type BenchRecord,
  OUTSIDE_BLOCKS,
  type RecordCounters,
  type RecordSamples,
} from '../bench/record/record.ts';
import { measuredValues } from '../bench/record/summarise.ts';
import type { BlockValue, MetricSeries } from './metric.ts';

/** Fewer exits than this in an operation are those of the clock that fall into it, not its own. */
const OWN_EXITS = 0.5;
/** Sources that count each exit once, at its total. */
const TOTAL = 'exits';

/**
 * Everything a record can be gated on, one series for each workload, level above the lowest and kind, in the order the
 * record first has them. Only valid blocks count.
 */
export function overheadSeries(record: BenchRecord): readonly MetricSeries[] {
  const invalid = new Set(record.blocks.filter(({ valid }) => !valid).map(({ block }) => block));
  const counts = (block: number): boolean => block !== OUTSIDE_BLOCKS && !invalid.has(block);
  return [...ratios(record.samples.filter(({ block }) => counts(block))), ...exits(record, counts)];
}

function ratios(samples: readonly RecordSamples[]): readonly MetricSeries[] {
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
        exactLike: kind === 'instructions',
      },
      {
        boot,
        block,
        value: cost / base,
      },
    );
  }
  return inBlockOrder(series);
}

/** Null for what a clock could not tell from nothing. */
function costOf(samples: RecordSamples): number | null {
  const values = measuredValues(samples);
  if (values.length === 0) return null;
  const cost = median([...values]);
  return cost > 0 ? cost : null;
}

/**
 * Exits an operation as the hypervisor right below counted them. Those of one operation of a probe are as good as
 * exact; those of an application take in the timer ticks of however long it ran.
 */
function exits(record: BenchRecord, counts: (block: number) => boolean): readonly MetricSeries[] {
  const classes = new Map(record.samples.map((line) => [line.workload, line.class]));
  const series = new Map<string, GrowingSeries>();
  for (const line of record.counters) {
    if (!counts(line.block) || line.level !== line.workloadLevel - 1 || !countsTotals(line)) continue;
    const { workload, workloadLevel: level, boot, block } = line;
    const exactLike = classes.get(workload) === 'exit';
    const value = line.delta[TOTAL]! / line.operations;
    append(
      series,
      { key: { workload, level, kind: 'exits' }, control: false, exactLike },
      { boot, block, value },
    );
  }
  return inBlockOrder(series).filter(({ values }) => values.every(({ value }) => value >= OWN_EXITS));
}

const countsTotals = ({ operations, delta }: RecordCounters): boolean =>
  operations > 0 && Object.hasOwn(delta, TOTAL);

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

function inBlockOrder(series: ReadonlyMap<string, GrowingSeries>): readonly MetricSeries[] {
  return [...series.values()].map(({ of, values }) => ({
    ...of,
    values: [...values].sort((a, b) => a.block - b.block),
  }));
}
