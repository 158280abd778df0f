import { pooled } from '../bench/record/pool.ts';
import type { BenchRecord } from '../bench/record/record.ts';
import { RandomStream } from '../model/kernel/random-stream.ts';
import type { ExitClass } from '../model/machine/exit-class.ts';
import type { ExitCostParameters } from '../model/machine/specification.ts';
import { type CalibrationResidual, PLATFORM_SCHEMA, type Platform } from '../model/scenario/platform.ts';
import { type CoreFits, fitCores, requireSameProcessor } from './fit/cores.ts';
import { type DeviceFit, fitDevices } from './fit/device-fit.ts';
import { deviceNotes, untoldNotes } from './fit/device-notes.ts';
import { measuredDevices } from './fit/devices.ts';
import { type Evidence, fitEvidence, type LevelPrediction, withoutEachLevel } from './fit/evidence.ts';
import type { FittedExits } from './fit/fit.ts';
import type { SharedFit } from './fit/nested-fit.ts';
import { notesOf, presentable } from './fit/notes.ts';
import { opsFromCounters, opsFromLiterature } from './fit/op-counts.ts';
import { UNMEASURED } from './fit/unmeasured.ts';
import { withoutBareStart } from './measured/bare-guests.ts';
import { joined } from './measured/joined-records.ts';
import { type LevelCost, levelCosts } from './measured/level-costs.ts';
import { ownExits } from './measured/own-exits.ts';
import type { ProbeGuest } from './measured/probes.ts';
import { hypervisorOf, processorOf, productsOf, switchAnchor, titleOf } from './measured/provenance.ts';
import { type RoundTrip, roundTrips, sleepLatency } from './measured/round-trip.ts';
import { type Resampling, type SeriesTable, seriesOf } from './measured/series.ts';
import { requireLevels, requireProbes } from './measured/usable-record.ts';
import { predictions, type Slowdown } from './prediction.ts';
import { type Interval, percentileInterval } from './statistics/estimate.ts';
import { type Identifiability, identifiability } from './statistics/identifiability.ts';
import { significant } from './statistics/significant.ts';

export interface CalibrationOptions {
  /** Name of the profile: small letters, digits and dashes. */
  readonly name: string;
  /** SHA-256 of the record's file, in hexadecimal. */
  readonly sha256: string;
  readonly title?: string;
  /** Seed of the bootstrap. */
  readonly seed?: number;
  readonly replicates?: number;
  /** Whose exits are fitted on; those of Linux guests when absent. */
  readonly guest?: ProbeGuest;
  /** What threads and caches of cores are fitted on, as of `bench --lab here`; the records themselves when absent. */
  readonly processor?: BenchRecord;
  /** KiB of the tasks that will move from core to core; assumed when absent. */
  readonly workingSet?: number;
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
  /** What an I/O, a packet, a wake-up costs at each level, and how much of it its exits are. */
  readonly levelCosts: readonly LevelCost[];
  /** What devices take beyond exits, by level. */
  readonly devices: readonly DeviceFit[];
  /** Overhead ratios: controls (should be 1) and applications, predicted without having been fitted on. */
  readonly slowdowns: readonly Slowdown[];
  readonly residuals: readonly CalibrationResidual[];
  readonly notes: readonly string[];
}

const REPLICATES = 1_000;

/** Medians of the instruction clock repeat to a thousandth from boot to boot (docs/design.md, section 5). */
const REPEATABILITY = { instructions: 0.001, time: 0 };

export interface CalibratedPlatform {
  readonly platform: Platform;
  readonly report: CalibrationReport;
}

/**
 * Fits the exit recursion to a record, or to several of one stack, whose boots are then resampled (docs/method-calibration.md).
 *
 * @throws CalibrationError when the record has no metal, no nested level or no exit probe to fit on.
 */
export function calibrate(
  records: BenchRecord | readonly BenchRecord[],
  options: CalibrationOptions,
): CalibratedPlatform {
  const boots = joined('header' in records ? [records] : records);
  const record = withoutBareStart(pooled(boots.record));
  requireLevels(record);
  const series = seriesOf(boots.record, { boots, ...resampling(options) });
  const guest = options.guest ?? 'linux';
  const { found, notes: lost } = roundTrips(record, series, guest);
  requireProbes(record, found, lost);
  const evidence = evidenceOf(record, series, found);
  const { fit, exits, parameters } = fitEvidence(evidence);
  const own = ownExits(boots.record);
  const devices = fitDevices(series, own, parameters);
  const leftOut = {
    classes: fit.leftOut,
    levels: [...withoutEachLevel(evidence), ...(guest === 'linux' ? deeperThan(found, record, series) : [])],
  };
  const predicted = predictions(boots.record, series, found, parameters, leftOut, own, devices);
  const told = whatIsTold(parameters, found);
  const cores = coresOf(boots.record, series, options);
  const residuals = [...predicted.residuals, ...cores.residuals].map(roundedResidual);
  const notes = [
    ...notesOf(record, fit, told, boots.boots),
    ...deviceNotes(devices),
    ...cores.notes,
    ...untoldNotes(record),
    ...lost,
    ...predicted.notes,
  ].map(presentable);
  return {
    platform: {
      schema: PLATFORM_SCHEMA,
      name: options.name,
      title: options.title ?? titleOf(record),
      ...productsOf(record),
      hypervisor: presentable(hypervisorOf(record)),
      cpu: presentable(processorOf(record)),
      clock: record.header.clock,
      ...UNMEASURED,
      ...measuredDevices(record, series, devices),
      ...cores.figures,
      exits,
      calibration: {
        record: { id: record.header.id, sha256: options.sha256, clock: record.header.clock },
        residuals,
        notes,
      },
    },
    report: {
      roundTrips: found.flatMap(roundTripRows),
      identified: fit.identified,
      identifiability: told,
      shared: fit.shared,
      levelCosts: levelCosts(series, own, parameters),
      devices,
      slowdowns: predicted.slowdowns,
      residuals,
      notes,
    },
  };
}

/** Threads and caches of cores: of the record that was named for them, else of the one that is fitted on. */
function coresOf(record: BenchRecord, series: SeriesTable, options: CalibrationOptions): CoreFits {
  const { processor, workingSet } = options;
  if (processor === undefined) return fitCores(record, series, workingSet);
  requireSameProcessor(record, processor);
  return coresOfAnother(processor, options);
}

/** Of a record that nothing else is fitted on. */
export const coresOfAnother = (processor: BenchRecord, options: CalibrationOptions): CoreFits =>
  fitCores(processor, seriesOf(processor, resampling(options)), options.workingSet);

/** Each series has a random stream of its own. */
const resampling = ({ seed = 1, replicates = REPLICATES }: CalibrationOptions): Resampling => ({
  replicates,
  uniformFor: (key) => {
    const stream = RandomStream.named(seed, 0, `calibrate/${key}`);
    return () => stream.uniform();
  },
});

function evidenceOf(record: BenchRecord, series: SeriesTable, found: readonly RoundTrip[]): Evidence {
  const processor = processorOf(record);
  return {
    inputs: found.map((trip) => ({ trip, ops: opsFromCounters(record, trip.workload) })),
    options: {
      ...switchAnchor(record),
      repeatability: REPEATABILITY[record.header.clock],
      sleepLatency: sleepLatency(series),
      fallbackOps: opsFromLiterature(processor),
    },
    processor,
  };
}

/** Levels that only bare guests reached, predicted from what bare guests cost in L1 and L2: not the same as Linux's. */
function deeperThan(
  found: readonly RoundTrip[],
  record: BenchRecord,
  series: SeriesTable,
): readonly LevelPrediction[] {
  const reached = (trip: RoundTrip): number => trip.byDepth.findLastIndex((cost) => cost !== null) + 1;
  const deepest = Math.max(...found.map(reached));
  const bare = roundTrips(record, series, 'bare').found;
  if (!bare.some((trip) => reached(trip) > Math.max(2, deepest))) return [];
  return withoutEachLevel(evidenceOf(record, series, bare)).filter(({ level }) => level > 2);
}

export function roundTripRows({ workload, exitClass, byDepth }: RoundTrip): CalibrationReport['roundTrips'] {
  return byDepth.flatMap((cost, index) =>
    cost === null ? [] : [{ workload, exitClass, depth: index + 1, ...percentileInterval(cost) }],
  );
}

/** What the costs of levels 1 and 2, which are fitted on, tell of the parameters. */
export function whatIsTold(parameters: ExitCostParameters, found: readonly RoundTrip[]): Identifiability {
  const observed = found
    .filter(({ use }) => use === 'class')
    .map(({ exitClass, byDepth }) => ({
      exitClass,
      depths: byDepth.flatMap((cost, index) => (cost !== null && index < 2 ? [index + 1] : [])),
    }));
  return identifiability(parameters, observed);
}

export function roundedResidual(residual: CalibrationResidual): CalibrationResidual {
  return {
    ...residual,
    measured: significant(residual.measured),
    predicted: significant(residual.predicted),
    // Plus zero: what rounds to nothing has no sign.
    error: Number(residual.error.toFixed(5)) + 0,
  };
}
