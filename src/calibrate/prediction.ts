import type { CountedExits } from '../bench/record/counted-exits.ts';
import type { BenchRecord, WorkloadClass } from '../bench/record/record.ts';
import { checksumDisagreements } from '../bench/record/summarise.ts';
import { exitCost } from '../model/machine/exit-cost.ts';
import type { ExitCostParameters } from '../model/machine/specification.ts';
import type { CalibrationResidual } from '../model/scenario/platform.ts';
import { type DeviceFit, deviceTime, familyOf } from './fit/device-fit.ts';
import type { LevelPrediction } from './fit/evidence.ts';
import type { HeldOutExit } from './fit/fit.ts';
import { costOfExits } from './measured/level-costs.ts';
import type { OwnExits } from './measured/own-exits.ts';
import { EXIT_PROBES } from './measured/probes.ts';
import type { RoundTrip } from './measured/round-trip.ts';
import { type Series, type SeriesTable, seriesKey } from './measured/series.ts';
import { holdsTicks, sufferedExits } from './measured/suffered-exits.ts';
import { LEAST } from './statistics/significant.ts';

/** The overhead ratio of one workload at one level: measured, and predicted without having been fitted on. */
export interface Slowdown {
  readonly workload: string;
  readonly class: WorkloadClass;
  readonly level: number;
  readonly measured: number;
  /** From the medians' distribution-free intervals, both ends at their worst. */
  readonly low: number;
  readonly high: number;
  readonly predicted: number;
}

export interface Predictions {
  readonly residuals: readonly CalibrationResidual[];
  readonly slowdowns: readonly Slowdown[];
  readonly notes: readonly string[];
}

/** A deeper level than the fit looks at is a prediction. */
const DEEPEST_FITTED = 2;

/** How far a control's interval may be from 1 before the profile says so. */
const CONTROL_TOLERANCE = 0.02;

/** What fits that saw less than all of the record predict of the rest. */
export interface LeftOut {
  /** Costs from depth 2, the class left out of what nested exits share. */
  readonly classes: readonly HeldOutExit[];
  /** Costs from a level that was left out as a whole. */
  readonly levels: readonly LevelPrediction[];
}

/** What the profile says about everything measured, and whether it was fitted on that. */
export function predictions(
  record: BenchRecord,
  series: SeriesTable,
  trips: readonly RoundTrip[],
  parameters: ExitCostParameters,
  leftOut: LeftOut,
  exits: OwnExits,
  devices: readonly DeviceFit[],
): Predictions {
  const held = heldOutWorkloads(record, series, parameters, exits, devices);
  return { ...held, residuals: [...exitPredictions(trips, parameters, leftOut), ...held.residuals] };
}

/** The same of exits alone: by the fit, and by fits that saw less. */
export function exitPredictions(
  trips: readonly RoundTrip[],
  parameters: ExitCostParameters,
  leftOut: LeftOut,
): readonly CalibrationResidual[] {
  return [
    ...exitResiduals(trips, parameters),
    ...leftOut.classes.map(
      ({ workload, measured, predicted }): CalibrationResidual => ({
        ...residual(2, workload, measured, predicted, false),
        without: 'class',
      }),
    ),
    ...leftOut.levels.map(
      ({ level, workload, measured, predicted }): CalibrationResidual => ({
        ...residual(level, workload, measured, predicted, false),
        without: 'level',
      }),
    ),
  ];
}

/** Exits: the cost of one, from each depth, by the recursion. */
function exitResiduals(trips: readonly RoundTrip[], parameters: ExitCostParameters): CalibrationResidual[] {
  return trips
    .filter(({ use }) => use === 'class')
    .flatMap(({ workload, exitClass, byDepth }) =>
      byDepth.flatMap((estimate, index) => {
        if (estimate === null || estimate.value < LEAST) return [];
        const depth = index + 1;
        // Deeper levels are predictions, and stand among what was left out.
        if (depth > DEEPEST_FITTED) return [];
        const predicted = exitCost(parameters, exitClass, depth).total;
        return [residual(depth, workload, estimate.value, predicted, true)];
      }),
    );
}

/**
 * Controls and applications: the median on the metal, plus for each exit that hypervisors counted its cost by the
 * recursion, plus device time. A control takes none of these. `record` has its blocks apart.
 */
function heldOutWorkloads(
  record: BenchRecord,
  series: SeriesTable,
  parameters: ExitCostParameters,
  exits: OwnExits,
  devices: readonly DeviceFit[],
): Predictions {
  const residuals: CalibrationResidual[] = [];
  const slowdowns: Slowdown[] = [];
  const notes: string[] = checksumDisagreements(record).map(
    (workload) =>
      `${workload} did not compute the same at every level: its slowdown is not one of the same work`,
  );
  const probes = new Set(EXIT_PROBES.map(({ workload }) => workload));
  const suffered = sufferedExits(record, exits, parameters);
  /** Of a long operation everything, ticks too; of a short one its own, since its median holds no tick. */
  const costOfWhatFell = ({ workload, level, median }: Series, counted: CountedExits): number => {
    const own = costOfExits(counted, parameters, level);
    if (familyOf(workload) !== null || !holdsTicks(median.value, level)) return own;
    return suffered(level, workload) ?? own;
  };
  const uncounted = new Set<string>();
  for (const line of inPlannedOrder(record, series)) {
    if (line.level === 0 || probes.has(line.workload)) continue;
    const metal = series.get(seriesKey(0, line.workload));
    if (metal === undefined || metal.median.value < LEAST || line.median.value < LEAST) continue;
    const counted = line.class === 'control' ? null : exits.of(line.level - 1, line.level, line.workload);
    if (line.class !== 'control' && counted === null) {
      uncounted.add(line.workload);
      continue;
    }
    const ofExits = counted === null ? 0 : costOfWhatFell(line, counted);
    const ofDevice = counted === null ? 0 : heldOutDeviceTime(line, counted, devices);
    const predicted = metal.median.value + ofExits + ofDevice;
    residuals.push(residual(line.level, line.workload, line.median.value, predicted, false));
    slowdowns.push({
      workload: line.workload,
      class: line.class,
      level: line.level,
      measured: line.median.value / metal.median.value,
      low: line.low / metal.high,
      high: line.high / Math.max(metal.low, LEAST),
      predicted: predicted / metal.median.value,
    });
  }
  residuals.push(...networkResiduals(series, parameters, exits, devices));
  residuals.push(...fromLevelOne(series, parameters, exits, devices));
  notes.push(...unevenControls(slowdowns));
  if (uncounted.size > 0) {
    notes.push(
      `no counters say how many exits ${[...uncounted].sort().join(', ')} take: they are measured, and not predicted`,
    );
  }
  return { residuals, slowdowns, notes };
}

/** A workload's levels together, in the order workloads were planned: a record has them shuffled. */
function inPlannedOrder({ header }: BenchRecord, series: SeriesTable): readonly Series[] {
  const places = new Map(header.plan.workloads.map((workload, place) => [workload, place]));
  const placeOf = ({ workload }: Series): number => places.get(workload) ?? places.size;
  return [...series.values()].sort((a, b) => placeOf(a) - placeOf(b) || a.level - b.level);
}

/** Device time of an operation, by a fit that did not see it. */
function heldOutDeviceTime(
  { workload, level, class: kind }: { workload: string; level: number; class: WorkloadClass },
  counted: CountedExits,
  devices: readonly DeviceFit[],
): number {
  const family = familyOf(workload);
  if (family !== null) {
    const fit = devices.find((each) => each.family === family && each.level === level);
    return fit?.leftOut.find(({ row }) => row.workload === workload)?.time ?? 0;
  }
  // An application's nested faults are its disk's: its memory was touched when it was rehearsed.
  const disk = devices.find((fit) => fit.family === 'disk' && fit.level === level);
  const told = (counted.byClass['page-fault'] ?? 0) + (counted.byClass.mmio ?? 0);
  return kind !== 'application' || disk === undefined ? 0 : told * disk.perNotification;
}

/** What has no metal to start from: exits, and device time by a fit on the other workloads. */
function networkResiduals(
  series: SeriesTable,
  parameters: ExitCostParameters,
  exits: OwnExits,
  devices: readonly DeviceFit[],
): readonly CalibrationResidual[] {
  return devices.flatMap(({ level, leftOut }) =>
    leftOut.flatMap(({ row: { workload, measured }, time }) => {
      const counted = exits.of(level - 1, level, workload);
      if (series.has(seriesKey(0, workload)) || counted === null) return [];
      return [residual(level, workload, measured, costOfExits(counted, parameters, level) + time, false)];
    }),
  );
}

/**
 * Devices in L2, by what was fitted in L1 alone: all exits that the metal counted meanwhile, which are L2's own and those
 * of L1 while it emulates, each from depth 1; the emulation itself, which is the same program; and for a disk, what L1
 * does at its own for it.
 */
function fromLevelOne(
  series: SeriesTable,
  parameters: ExitCostParameters,
  exits: OwnExits,
  devices: readonly DeviceFit[],
): readonly CalibrationResidual[] {
  const inL1 = new Map(devices.filter(({ level }) => level === 1).map((fit) => [fit.family, fit]));
  return devices
    .filter(({ level }) => level === 2)
    .flatMap(({ family, rows }) =>
      rows.flatMap((row): CalibrationResidual[] => {
        const fit = inL1.get(family);
        const counted = exits.of(0, 2, row.workload);
        const below = series.get(seriesKey(1, row.workload))?.median.value;
        if (fit === undefined || counted === null || below === undefined) return [];
        const metal = series.get(seriesKey(0, row.workload))?.median.value ?? 0;
        const predicted =
          metal +
          costOfExits(counted, parameters, 1) +
          deviceTime(fit, row) +
          (family === 'disk' ? below - metal : 0);
        return [{ ...residual(2, row.workload, row.measured, predicted, false), without: 'level' }];
      }),
    );
}

/** Controls whose interval does not reach 1: what differs between the levels beside exits. */
function unevenControls(slowdowns: readonly Slowdown[]): string[] {
  const uneven = slowdowns.filter(
    (each) =>
      each.class === 'control' && (each.low > 1 + CONTROL_TOLERANCE || each.high < 1 - CONTROL_TOLERANCE),
  );
  if (uneven.length === 0) return [];
  const list = uneven.map(
    ({ workload, level, measured }) => `${workload} x ${measured.toFixed(2)} at level ${level}`,
  );
  return [
    `controls that take no exit did not cost the same as on the metal: ${list.join(', ')}. Clock, contention, memory or processor features differ between the levels, and no prediction is better than that`,
  ];
}

function residual(
  level: number,
  workload: string,
  measured: number,
  predicted: number,
  fitted: boolean,
): CalibrationResidual {
  return { level, workload, unit: 'ns', measured, predicted, error: predicted / measured - 1, fitted };
}
