import type { BenchRecord } from '../../bench/record/record.ts';
import type { HistoryResult } from '../../gate/history/history-result.ts';
import type { GateResult } from '../../gate/result.ts';
import type { ScenarioComparison } from '../../model/experiment/comparison.ts';
import type { SimulationResult } from '../../model/experiment/result.ts';
import type { Sensitivity } from '../../model/experiment/sensitivity.ts';
import type { Sweep } from '../../model/experiment/sweep.ts';
import type { Platform } from '../../model/scenario/platform.ts';
import type { Beside } from '../beside/beside.ts';
import { besideChart } from '../beside/shown.ts';
import { comparisonCharts, platformCharts, recordCharts, resultCharts, sweepCharts } from './all-charts.ts';
import { changeCharts } from './change.ts';
import { type Chart, WIDE } from './chart.ts';
import { historyCharts } from './history.ts';
import { chartRenderer, svgToPng } from './render.ts';
import { sensitivityChart } from './sensitivity.ts';

export interface ChartFile {
  /** e.g. `overhead`. */
  readonly name: string;
  readonly title: string;
  readonly svg: Buffer;
  /** At twice the size of the SVG. */
  readonly png: Buffer;
}

/** What charts can be drawn of. */
export interface ChartInputs {
  readonly result?: SimulationResult | undefined;
  readonly record?: BenchRecord | undefined;
  readonly platform?: Platform | undefined;
  readonly comparison?: ScenarioComparison | undefined;
  /** Of further scenarios with the same first one. */
  readonly furtherComparisons?: readonly ScenarioComparison[] | undefined;
  readonly sweep?: Sweep | undefined;
  readonly sensitivity?: Sensitivity | undefined;
  readonly gate?: GateResult | undefined;
  /** Further verdicts, with the same baseline. */
  readonly besides?: readonly GateResult[] | undefined;
  readonly history?: HistoryResult | undefined;
  /** Plans, results, sweeps or profiles side by side. */
  readonly beside?: Beside | undefined;
}

/** Every chart that the given inputs have data for, in the order they stand on a page's sections. */
export function chartsOf({
  result,
  record,
  platform,
  comparison,
  furtherComparisons,
  sweep,
  sensitivity,
  gate,
  besides,
  history,
  beside,
}: ChartInputs): readonly Chart[] {
  return [
    ...(record === undefined ? [] : recordCharts(record)),
    ...(platform === undefined ? [] : platformCharts(platform)),
    ...(result === undefined ? [] : resultCharts(result)),
    ...[...(comparison === undefined ? [] : [comparison]), ...(furtherComparisons ?? [])].flatMap(
      (each, place) => comparisonCharts(each, place),
    ),
    ...(sweep === undefined ? [] : sweepCharts(sweep)),
    ...(sensitivity === undefined ? [] : [sensitivityChart(sensitivity)].filter((chart) => chart !== null)),
    ...[...(gate === undefined ? [] : [gate]), ...(besides ?? [])].flatMap((each, index) =>
      changeCharts(each, index),
    ),
    ...(history === undefined ? [] : historyCharts(history)),
    ...(beside === undefined ? [] : [besideChart(beside)].filter((chart) => chart !== null)),
  ];
}

/** Charts as SVG and PNG, each with its title in the picture. */
export async function chartFiles(charts: readonly Chart[]): Promise<readonly ChartFile[]> {
  const renderer = await chartRenderer();
  const files: ChartFile[] = [];
  for (const chart of charts) {
    const svg = await renderer.file(chart, WIDE);
    files.push({ name: chart.name, title: chart.title, svg: Buffer.from(svg), png: await svgToPng(svg) });
  }
  return files;
}
