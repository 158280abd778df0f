import type { BenchRecord, WorkloadClass } from '../bench/record/record.ts';
import { checksumDisagreements } from '../bench/record/summarise.ts';
import { exitCost } from '../model/machine/exit-cost.ts';
import type { ExitCostParameters } from '../model/machine/specification.ts';
import type { CalibrationResidual } from '../model/scenario/platform.ts';
import type { LevelPrediction } from './evidence.ts';
import type { HeldOutExit } from './fit.ts';
import { costOfExits } from './level-costs.ts';
import { EXIT_PROBES } from './probes.ts';
import { findCounted, type RoundTrip } from './round-trip.ts';
import { type SeriesTable, seriesKey } from './series.ts';
import { LEAST } from './significant.ts';

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
): Predictions {
  const held = heldOutWorkloads(record, series, parameters);
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
 * Controls and applications: the median on the metal, plus for each exit that the hypervisor counted its cost by the
 * recursion. A control takes none.
 */
function heldOutWorkloads(
  record: BenchRecord,
  series: SeriesTable,
  parameters: ExitCostParameters,
): Predictions {
  const residuals: CalibrationResidual[] = [];
  const slowdowns: Slowdown[] = [];
  const notes: string[] = checksumDisagreements(record).map(
    (workload) =>
      `${workload} did not compute the same at every level: its slowdown is not one of the same work`,
  );
  const probes = new Set(EXIT_PROBES.map(({ workload }) => workload));
  const uncounted = new Set<string>();
  for (const line of series.values()) {
    if (line.level === 0 || probes.has(line.workload)) continue;
    const metal = series.get(seriesKey(0, line.workload));
    if (metal === undefined || metal.median.value < LEAST || line.median.value < LEAST) continue;
    const counted =
      line.class === 'control' ? null : findCounted(record, line.level - 1, line.level, line.workload);
    if (line.class !== 'control' && counted === null) {
      uncounted.add(line.workload);
      continue;
    }
    const extra = counted === null ? 0 : costOfExits(counted, parameters, line.level);
    const predicted = metal.median.value + extra;
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
  notes.push(...unevenControls(slowdowns));
  if (uncounted.size > 0) {
    notes.push(
      `no counters say how many exits ${[...uncounted].sort().join(', ')} take: they are measured, and not predicted`,
    );
  }
  return { residuals, slowdowns, notes };
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
