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
const BY_REASON = 'kvm_exit by reason';

/**
 * What an operation of a probe takes one of, as the tracepoint kvm_exit names it on AMD and on Intel. Of a total of all
 * exits, ticks that fall into the pass are a part, and no two passes have as many; of its own reason they are none. A tick
 * writes an MSR, so that msr-write is not here: like any other probe without a reason of its own it is not gated on exits
 * where reasons were counted, and on its cost alone.
 */
const OWN_REASONS: Readonly<Record<string, readonly string[]>> = {
  cpuid: ['cpuid'],
  hypercall: ['hypercall', 'vmcall'],
  pio: ['io', 'io_instruction'],
  'pio-kernel': ['io', 'io_instruction'],
  mmio: ['npf', 'ept_misconfig', 'ept_violation'],
  'msr-read': ['msr_read'],
};

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
 * Exits an operation as the hypervisor right below counted them. Those of a probe's own reason are as good as exact; the
 * total of anything else takes in the timer ticks of however long it ran.
 */
function exits(record: BenchRecord, counts: (block: number) => boolean): readonly MetricSeries[] {
  const classes = new Map(record.samples.map((line) => [line.workload, line.class]));
  const hasReasons = new Set(record.counters.filter(isByReason).map(({ workload }) => workload));
  const series = new Map<string, GrowingSeries>();
  for (const line of record.counters) {
    if (!counts(line.block) || line.level !== line.workloadLevel - 1 || line.operations <= 0) continue;
    const { workload, workloadLevel: level, boot, block } = line;
    const own = hasReasons.has(workload) ? OWN_REASONS[workload] : undefined;
    if (own === undefined && hasReasons.has(workload) && classes.get(workload) === 'exit') continue;
    const count = own === undefined ? line.delta[TOTAL] : ownCount(line, own);
    if (count === undefined) continue;
    const exactLike = own !== undefined;
    const value = count / line.operations;
    append(
      series,
      { key: { workload, level, kind: 'exits' }, control: false, exactLike },
      { boot, block, value },
    );
  }
  return inBlockOrder(series).filter(({ values }) => values.every(({ value }) => value >= OWN_EXITS));
}

const isByReason = ({ source }: RecordCounters): boolean => source.startsWith(BY_REASON);

/** None in a line of totals: the same pass has one by reason. */
function ownCount(line: RecordCounters, reasons: readonly string[]): number | undefined {
  if (!isByReason(line)) return undefined;
  return Object.entries(line.delta)
    .filter(([reason]) => reasons.includes(reason.toLowerCase()))
    .reduce((sum, [, count]) => sum + count, 0);
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

function inBlockOrder(series: ReadonlyMap<string, GrowingSeries>): readonly MetricSeries[] {
  return [...series.values()].map(({ of, values }) => ({
    ...of,
    values: [...values].sort((a, b) => a.block - b.block),
  }));
}
