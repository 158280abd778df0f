import { median } from 'simple-statistics';
import { type CountedExits, countedExits } from '../bench/record/counted-exits.ts';
import type { BenchRecord, RecordCounters } from '../bench/record/record.ts';
import { measuredValues } from '../bench/record/summarise.ts';
import type { ExitClass } from '../model/machine/exit-class.ts';
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

/** Takes no exits of its own for long enough that its pass is full of ticks: what it counts is what comes with time. */
const BACKGROUND = 'alu-loop';
/** What interrupts a hypervisor are its own clock and devices, whatever its guest does. */
const COMES_WITH_TIME: ExitClass = 'external-interrupt';
/** Where less of what was counted is the operation's own, its time says the same and says it better. */
const LEAST_OWN_SHARE = 0.5;

/**
 * Exits an operation as the hypervisor right below counted them. Those of a probe's own reason are as good as exact. Of
 * anything else that was counted by reason, what comes with time is taken off, and where not much is left there is no
 * series: how many ticks fall into a pass differs from boot to boot, and what they cost is gated as time. A total is gated
 * as it is.
 */
export function exitSeries(record: BenchRecord, counts: (block: number) => boolean): readonly MetricSeries[] {
  const classes = new Map(record.samples.map((line) => [line.workload, line.class]));
  const lines = record.counters.filter(
    (line) => counts(line.block) && line.level === line.workloadLevel - 1 && line.operations > 0,
  );
  const hasReasons = new Set(lines.filter(isByReason).map(cellOf));
  const cells = new Map<string, RecordCounters[]>();
  for (const line of lines.filter((each) => isByReason(each) === hasReasons.has(cellOf(each)))) {
    cells.set(cellOf(line), [...(cells.get(cellOf(line)) ?? []), line]);
  }
  const background = new Background(record, cells);
  return [...cells.values()].flatMap((passes): MetricSeries[] => {
    const { workload, workloadLevel: level } = passes[0]!;
    const reasons = isByReason(passes[0]!) ? OWN_REASONS[workload] : undefined;
    const values =
      reasons !== undefined
        ? passes.map((line) => perOperation(line, ownCount(line, reasons)))
        : !isByReason(passes[0]!)
          ? passes.flatMap((line) =>
              line.delta[TOTAL] === undefined ? [] : perOperation(line, line.delta[TOTAL]),
            )
          : classes.get(workload) === 'exit'
            ? []
            : background.withoutIt(passes);
    if (values.length === 0 || values.some(({ value }) => value < OWN_EXITS)) return [];
    return [
      {
        key: { workload, level, kind: 'exits' },
        control: false,
        exactLike: reasons !== undefined,
        values,
      },
    ];
  });
}

const cellOf = ({ workload, workloadLevel }: Pick<RecordCounters, 'workload' | 'workloadLevel'>): string =>
  `${workloadLevel}/${workload}`;

const isByReason = ({ source }: RecordCounters): boolean => source.startsWith(BY_REASON);

const perOperation = ({ boot, block, operations }: RecordCounters, count: number): BlockValue => ({
  ...{ boot, block },
  value: count / operations,
});

const ownCount = ({ delta }: RecordCounters, reasons: readonly string[]): number =>
  Object.entries(delta)
    .filter(([reason]) => reasons.includes(reason.toLowerCase()))
    .reduce((sum, [, count]) => sum + count, 0);

/** What comes with time at each level, by class. */
class Background {
  readonly #record: BenchRecord;
  readonly #cells: ReadonlyMap<string, readonly RecordCounters[]>;

  constructor(record: BenchRecord, cells: ReadonlyMap<string, readonly RecordCounters[]>) {
    this.#record = record;
    this.#cells = cells;
  }

  /** Exits of an operation less those of so much time; none where less than half of them are its own in some block. */
  withoutIt(passes: readonly RecordCounters[]): readonly BlockValue[] {
    const { workload, workloadLevel: level } = passes[0]!;
    const lasts = this.#nanoseconds(level, workload);
    const ticks = this.#rates(level);
    if (ticks === null) return passes.map((line) => perOperation(line, allOf(line)));
    const own = passes.map((line) => {
      const { byClass, unclassified, operations } = countedExits(line)!;
      const kept = Object.entries(byClass)
        .filter(([kind]) => kind !== COMES_WITH_TIME)
        .map(([kind, count]) => Math.max(0, count - (ticks.get(kind as ExitClass) ?? 0) * lasts));
      return perOperation(line, operations * kept.reduce((sum, count) => sum + count, unclassified));
    });
    const shares = own.map(({ value }, i) => (value * passes[i]!.operations) / allOf(passes[i]!));
    return median(shares) < LEAST_OWN_SHARE ? [] : own;
  }

  /** Exits a nanosecond, by class; null where nobody counted them. */
  #rates(level: number): ReadonlyMap<ExitClass, number> | null {
    const passes = (this.#cells.get(cellOf({ workload: BACKGROUND, workloadLevel: level })) ?? [])
      .filter(isByReason)
      .map((line) => countedExits(line)!);
    const lasts = this.#nanoseconds(level, BACKGROUND);
    if (passes.length === 0 || lasts === 0) return null;
    const kinds = new Set(passes.flatMap(({ byClass }) => Object.keys(byClass) as ExitClass[]));
    const rate = (kind: ExitClass) =>
      median(passes.map(({ byClass }: CountedExits) => byClass[kind] ?? 0)) / lasts;
    return new Map([...kinds].map((kind) => [kind, rate(kind)]));
  }

  /** Of an operation at a level, by the level's own clock; 0 where nobody measured it. */
  #nanoseconds(level: number, workload: string): number {
    const { samples, header } = this.#record;
    const lines = samples.filter((line) => line.workload === workload && line.level === level);
    const values = lines.flatMap((line) =>
      measuredValues(line).map((value) => value * (line.unit === 'ns' ? 1 : (header.nsPerInstruction ?? 1))),
    );
    return values.length === 0 ? 0 : median(values);
  }
}

const allOf = ({ delta }: RecordCounters): number =>
  Object.values(delta).reduce((sum, count) => sum + count, 0);
