import type { BenchRecord } from '../../bench/record/record.ts';
import { ns } from '../../model/kernel/units.ts';
import type { CalibrationResidual, Platform } from '../../model/scenario/platform.ts';
import { CalibrationError } from '../measured/calibration-error.ts';
import type { SeriesTable } from '../measured/series.ts';
import type { Interval } from '../statistics/estimate.ts';
import { significant } from '../statistics/significant.ts';
import { fitRefill, type RefillFit, refillsAt } from './refill-fit.ts';
import { fitSmt, type SmtFit } from './smt-fit.ts';

/** What a record tells of cores: of the lowest level that measured it, which no other hypervisor than its own disturbs. */
export interface CoreFits {
  readonly smt: SmtFit | null;
  readonly refill: RefillFit | null;
  readonly figures: {
    readonly smtThroughput?: Platform['smtThroughput'];
    readonly cacheRefill?: NonNullable<Platform['cacheRefill']>;
  };
  /** Each loop and each size by a fit on the others. */
  readonly residuals: readonly CalibrationResidual[];
  /** What was fitted, or why not. */
  readonly notes: readonly string[];
}

/**
 * KiB that a task is taken to have in a core's caches when it moves, where nobody says: a first-level cache has some
 * 48 KiB, a second-level one 1 or 2 MiB. No record tells what guests will do, so that the figure's bounds are then those
 * of the least and the most of these.
 */
const ASSUMED = { least: 64, kib: 256, most: 1024 };

/** @param workingSet KiB of the tasks that will move; assumed when left out */
export function fitCores(record: BenchRecord, series: SeriesTable, workingSet?: number): CoreFits {
  const emulated = record.levels.some(({ accelerator }) => accelerator.name === 'emulated-cpu');
  const [smt, refill] = emulated ? [null, null] : [smtOf(series), refillFitOf(series)];
  return {
    smt,
    refill,
    figures: {
      ...(smt === null ? {} : { smtThroughput: smtFigure(smt) }),
      ...(refill === null ? {} : { cacheRefill: refillFigure(refill, workingSet) }),
    },
    residuals: [...smtResiduals(smt), ...refillResiduals(refill)],
    notes: [
      smt === null
        ? `SMT throughput is not identified: ${whyNot(record, emulated, 'core-', 'an emulated processor has no two threads of one core')}; it is the published figure`
        : smtNote(smt),
      refill === null
        ? `cache refill after a move between cores is not identified: ${whyNot(record, emulated, 'moved-', 'an emulated processor has no caches')}; the profile has none`
        : refillNote(refill, workingSet),
    ],
  };
}

/** @throws CalibrationError when two records are of different processors, where both say what they are */
export function requireSameProcessor(record: BenchRecord, other: BenchRecord): void {
  const [own, found] = [modelOf(record), modelOf(other)];
  if (own === null || found === null || own === found) return;
  throw new CalibrationError(
    'other-processor',
    `record ${other.header.id}: found the processor "${found}", expected "${own}", that of record ${record.header.id}: what its cores do says nothing of another's. Measure it on the same machine (nestmark bench --lab here).`,
  );
}

function modelOf({ levels }: BenchRecord): string | null {
  const [lowest] = [...levels].sort((a, b) => a.level - b.level);
  const model = lowest?.environment['cpu.model-name'];
  return model === undefined || model === '' ? null : String(model);
}

const levelsOf = (series: SeriesTable): readonly number[] =>
  [...new Set([...series.values()].map(({ level }) => level))].sort((a, b) => a - b);

/** More than one thread gets done alone, and less than two cores: anything else was not two threads of a core. */
const MOST_OFF = 0.02;

function smtOf(series: SeriesTable): SmtFit | null {
  for (const level of levelsOf(series)) {
    const fit = fitSmt(level, series);
    if (fit !== null && fit.throughput.value >= 1 - MOST_OFF && fit.throughput.value <= 2 + MOST_OFF)
      return fit;
  }
  return null;
}

function refillFitOf(series: SeriesTable): RefillFit | null {
  for (const level of levelsOf(series)) {
    const fit = fitRefill(level, refillsAt(level, series));
    if (fit !== null) return fit;
  }
  return null;
}

function smtFigure({ throughput, rows, level }: SmtFit): Platform['smtThroughput'] {
  const within = (value: number): number => Math.min(2, Math.max(1, significant(value)));
  return {
    value: within(throughput.value),
    low: within(throughput.low),
    high: within(throughput.high),
    basis: 'measured',
    source: `both threads of a core in level ${level}: ${rows.map(({ loop, throughput: { value } }) => `${loop} loop ${value.toFixed(3)}`).join(', ')}; geometric mean, bounds are those of all loops`,
  };
}

function refillFigure(fit: RefillFit, workingSet: number | undefined): NonNullable<Platform['cacheRefill']> {
  const kib = workingSet ?? ASSUMED.kib;
  const { value, low, high } = refillBounds(fit, workingSet);
  return {
    value: ns(significant(value)),
    low: ns(significant(low)),
    high: ns(significant(high)),
    basis: 'derived',
    source: `of a working set of ${kib} KiB ${workingSet === undefined ? `(assumed; bounds: of ${ASSUMED.least} and ${ASSUMED.most} KiB)` : '(given)'}, gone over once after a move in level ${fit.level}: ${lineText(fit)}`,
  };
}

function refillBounds(fit: RefillFit, workingSet: number | undefined): Interval {
  if (workingSet !== undefined) return fit.at(workingSet);
  const { least, kib, most } = ASSUMED;
  return { value: fit.at(kib).value, low: fit.at(least).low, high: fit.at(most).high };
}

function smtResiduals(fit: SmtFit | null): readonly CalibrationResidual[] {
  if (fit === null) return [];
  return fit.leftOut.map(({ row: { loop, both: measured }, both: predicted }) =>
    leftOut(fit.level, `core-both-${loop}`, measured, predicted),
  );
}

function refillResiduals(fit: RefillFit | null): readonly CalibrationResidual[] {
  if (fit === null) return [];
  return fit.leftOut.map(({ row: { size, stayed, refill }, refill: predicted }) =>
    leftOut(fit.level, `moved-${size}`, stayed + refill.value, stayed + predicted),
  );
}

const leftOut = (
  level: number,
  workload: string,
  measured: number,
  predicted: number,
): CalibrationResidual => ({
  ...{ level, workload, unit: 'ns', measured, predicted },
  error: predicted / measured - 1,
  fitted: false,
});

function smtNote({ level, rows, throughput }: SmtFit): string {
  const loops = rows.map(
    ({ loop, throughput: { value, low, high } }) =>
      `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}] with the ${loop} loop`,
  );
  return `both threads of a core get ${throughput.value.toFixed(3)} times as much done as one alone (level ${level}): ${loops.join(', ')}`;
}

function refillNote(fit: RefillFit, workingSet: number | undefined): string {
  const sizes = fit.rows.map(({ kib, refill }) => `${kib} KiB ${microseconds(refill.value)}`);
  const { value, low, high } = refillBounds(fit, workingSet);
  const kib = workingSet ?? ASSUMED.kib;
  return `going on on another core costs a task ${lineText(fit)} (level ${fit.level}: ${sizes.join(', ')}; sizes scatter by ${(100 * fit.scatter).toFixed(0)} %): ${microseconds(value)} [${microseconds(low)}, ${microseconds(high)}] with ${kib} KiB${workingSet === undefined ? `, which is assumed, and bounds of ${ASSUMED.least} and ${ASSUMED.most} KiB: say what your guests have by --working-set` : ''}. Each line is changed and each access waits for the one before: the most such a working set takes`;
}

const lineText = ({ fixed, perKib, heldKib }: RefillFit): string =>
  `${microseconds(fixed)} and ${Number(perKib.toPrecision(3))} ns a KiB${heldKib === null ? '' : `, up to ${heldKib} KiB`}`;

const microseconds = (value: number): string => `${Number((value / 1_000).toPrecision(3))} us`;

/** What the record says itself of why nobody measured it, else what it lacks. */
function whyNot(
  { skipped, samples, header }: BenchRecord,
  emulated: boolean,
  prefix: string,
  ofEmulated: string,
): string {
  if (emulated) return ofEmulated;
  if (header.clock === 'instructions')
    return 'counted instructions know neither caches nor threads of a core';
  const own = skipped.filter(({ workload }) => workload.startsWith(prefix));
  const [first] = own;
  if (first !== undefined) return `level ${first.level} says: ${first.reason}`;
  if (!samples.some(({ workload }) => workload.startsWith(prefix)))
    return `no workload ${prefix}* is in the record`;
  return prefix === 'core-'
    ? 'what both threads got done together is not between one and two of one alone'
    : 'too few working sets take longer after a move than without';
}
