import type { BenchRecord } from '../../bench/record/record.ts';
import type { ScenarioComparison } from '../../model/experiment/comparison.ts';
import type { SimulationResult } from '../../model/experiment/result.ts';
import type { Sweep } from '../../model/experiment/sweep.ts';
import type { Platform } from '../../model/scenario/platform.ts';
import { cellsChart } from './cells.ts';
import type { Chart } from './chart.ts';
import { cpuTimeCharts } from './cpu-time.ts';
import { differencesChart } from './differences.ts';
import { exitsChart } from './exits.ts';
import { framesChart } from './frames.ts';
import { overheadChart } from './overhead.ts';
import { predictedMeasuredChart } from './predicted-measured.ts';
import { residualsChart } from './residuals.ts';
import { responseChart } from './response.ts';
import { seatCharts } from './seats.ts';
import { slowdownChart } from './slowdown.ts';
import { waitingChart } from './waiting.ts';

const present = (charts: readonly (Chart | null)[]): readonly Chart[] =>
  charts.filter((chart) => chart !== null);

export function recordCharts(record: BenchRecord): readonly Chart[] {
  return present([overheadChart(record), exitsChart(record)]);
}

export function platformCharts({ calibration }: Platform): readonly Chart[] {
  if (calibration === undefined) return [];
  return present([predictedMeasuredChart(calibration), residualsChart(calibration)]);
}

export function resultCharts({ rows, targets }: SimulationResult): readonly Chart[] {
  return present([
    slowdownChart(rows, targets),
    responseChart(rows),
    waitingChart(rows, targets),
    ...cpuTimeCharts(rows),
    framesChart(rows),
  ]);
}

export function comparisonCharts(comparison: ScenarioComparison, place = 0): readonly Chart[] {
  return present([differencesChart(comparison, place)]);
}

/** Along the seats when they are varied, else a line for each combination. */
export function sweepCharts(sweep: Sweep): readonly Chart[] {
  const seats = seatCharts(sweep);
  return seats.length > 0 ? seats : present([cellsChart(sweep)]);
}
