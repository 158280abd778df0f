import { pooled } from '../bench/record/pool.ts';
import type { BenchRecord } from '../bench/record/record.ts';
import { RandomStream } from '../model/kernel/random-stream.ts';
import type { ExitClass } from '../model/machine/exit-class.ts';
import { compileExits } from '../model/scenario/compile.ts';
import type { Figure } from '../model/scenario/figure.ts';
import { mapExitClasses } from '../model/scenario/map-exit-classes.ts';
import { type CalibrationResidual, PLATFORM_SCHEMA, type Platform } from '../model/scenario/platform.ts';
import { type Interval, percentileInterval } from './estimate.ts';
import { type FittedExits, fitExits } from './fit.ts';
import { type Identifiability, identifiability } from './identifiability.ts';
import type { SharedFit } from './nested-fit.ts';
import { notesOf, presentable } from './notes.ts';
import { opsFromCounters, opsFromLiterature, reflectOps } from './op-counts.ts';
import { predictions, type Slowdown } from './prediction.ts';
import { hypervisorOf, processorOf, switchAnchor, titleOf } from './provenance.ts';
import { roundTrips, sleepLatency } from './round-trip.ts';
import { seriesOf } from './series.ts';
import { significant } from './significant.ts';
import { UNMEASURED } from './unmeasured.ts';
import { requireLevels, requireProbes } from './usable-record.ts';

export interface CalibrationOptions {
  /** Name of the profile: small letters, digits and dashes. */
  readonly name: string;
  /** SHA-256 of the record's file, in hexadecimal. */
  readonly sha256: string;
  readonly title?: string;
  /** Seed of the bootstrap. */
  readonly seed?: number;
  readonly replicates?: number;
}

export interface CalibrationReport {
  /** What one exit costs from each depth, in nanoseconds. */
  readonly roundTrips: readonly ({
    readonly workload: string;
    readonly exitClass: ExitClass;
    readonly depth: number;
  } & Interval)[];
  /** Combinations of parameters that the record determines, in nanoseconds. */
  readonly identified: FittedExits['identified'];
  readonly identifiability: Identifiability;
  /** What all nested exits share, in nanoseconds; null when the record has no exit from depth 2. */
  readonly shared: SharedFit | null;
  /** Overhead ratios: controls (should be 1) and applications, predicted without having been fitted on. */
  readonly slowdowns: readonly Slowdown[];
  readonly residuals: readonly CalibrationResidual[];
  readonly notes: readonly string[];
}

const REPLICATES = 1_000;

/** Medians of the instruction clock repeat to a thousandth from boot to boot (docs/design.md, section 5). */
const REPEATABILITY = { instructions: 0.001, time: 0 };

/**
 * Fits the exit recursion to a record (docs/method-calibration.md).
 *
 * @throws CalibrationError when the record has no metal, no nested level or no exit probe to fit on.
 */
export function calibrate(
  blocks: BenchRecord,
  options: CalibrationOptions,
): { readonly platform: Platform; readonly report: CalibrationReport } {
  const record = pooled(blocks);
  requireLevels(record);
  const seed = options.seed ?? 1;
  const series = seriesOf(record, {
    replicates: options.replicates ?? REPLICATES,
    uniformFor: (key) => {
      const stream = RandomStream.named(seed, 0, `calibrate/${key}`);
      return () => stream.uniform();
    },
  });
  const { found, notes: lost } = roundTrips(record, series);
  requireProbes(record, found, lost);

  const fallbackOps = opsFromLiterature(processorOf(record));
  const fit = fitExits(
    found.map((trip) => ({ trip, ops: opsFromCounters(record, trip.workload) })),
    {
      ...switchAnchor(record),
      repeatability: REPEATABILITY[record.header.clock],
      sleepLatency: sleepLatency(series),
      fallbackOps,
    },
  );
  const exits = roundedExits(fit, processorOf(record));
  const parameters = compileExits({ exits });
  const predicted = predictions(record, series, found, parameters, fit.leftOut);
  const observed = found
    .filter(({ use }) => use === 'class')
    .map(({ exitClass, byDepth }) => ({
      exitClass,
      depths: byDepth.flatMap((cost, i) => (cost !== null && i < 2 ? [i + 1] : [])),
    }));
  const told = identifiability(parameters, observed);
  const residuals = predicted.residuals.map(roundedResidual);
  const notes = [...notesOf(record, fit, told), ...lost, ...predicted.notes].map(presentable);
  return {
    platform: {
      schema: PLATFORM_SCHEMA,
      name: options.name,
      title: options.title ?? titleOf(record),
      hypervisor: presentable(hypervisorOf(record)),
      cpu: presentable(processorOf(record)),
      clock: record.header.clock,
      ...UNMEASURED,
      exits,
      calibration: {
        record: { id: record.header.id, sha256: options.sha256, clock: record.header.clock },
        residuals,
        notes,
      },
    },
    report: {
      roundTrips: found.flatMap(({ workload, exitClass, byDepth }) =>
        byDepth.flatMap((cost, i) =>
          cost === null ? [] : [{ workload, exitClass, depth: i + 1, ...percentileInterval(cost) }],
        ),
      ),
      identified: fit.identified,
      identifiability: told,
      shared: fit.shared,
      slowdowns: predicted.slowdowns,
      residuals,
      notes,
    },
  };
}

function roundedExits(fit: FittedExits, processor: string): Platform['exits'] {
  // Nothing in a record tells accesses that shadowing serves from others: they are one class.
  const { 'vmcs-shadowable': _untold, ...told } = fit.classes;
  return {
    switch: roundedFigure(fit.switch),
    reflectOps: mapExitClasses(reflectOps(processor, fit.commonOps), roundedFigure),
    classes: mapExitClasses(told, ({ handle, reflect, ops }) => ({
      handle: roundedFigure(handle),
      reflect: roundedFigure(reflect),
      ops: mapExitClasses(ops, roundedFigure),
    })),
  };
}

function roundedFigure<T extends number>(figure: Figure<T>): Figure<T> {
  const round = (value: T): T => significant(value) as T;
  return { ...figure, value: round(figure.value), low: round(figure.low), high: round(figure.high) };
}

function roundedResidual(residual: CalibrationResidual): CalibrationResidual {
  return {
    ...residual,
    measured: significant(residual.measured),
    predicted: significant(residual.predicted),
    // Plus zero: what rounds to nothing has no sign.
    error: Number(residual.error.toFixed(5)) + 0,
  };
}
