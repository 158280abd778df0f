import type { Row, SimulationResult } from '../../model/experiment/result.ts';
import type { Platform } from '../../model/scenario/platform.ts';
import { resultCharts } from '../chart/all-charts.ts';
import { type ChartTable, number, text } from '../chart/chart.ts';
import { percentileText } from '../chart/slowdown.ts';
import { countText, meanText, rangeText, settingText, unitSuffix } from '../text/figure.ts';
import { levelName, METRIC_WORDS } from '../text/wording.ts';
import { figuresMarkup, type Specifications } from './figure.ts';
import { html } from './markup.ts';
import type { Section } from './section.ts';
import { foldedTable } from './table.ts';

/** What the simulation says of every role, the CPUs and the switches. */
export async function predictedSection(
  result: SimulationResult,
  shownPlatform: Platform | undefined,
  specifications: Specifications,
): Promise<Section> {
  const { rows } = result;
  const other = shownPlatform !== undefined && shownPlatform.name !== result.platform.name;
  return {
    id: 'predicted',
    title: 'What was predicted',
    body: html`<p class="lead">${countText(result.replications)} independent replications, each ${settingText(result.measuredSeconds)} s of simulated time after ${settingText(result.warmUpSeconds)} s of warm-up that no figure contains; ${countText(result.events)} events. Intervals say how far chance moves the simulation, not how far the platform’s numbers may be off.</p>
${other ? html`<p><strong>These predictions rest on the platform ${result.platform.name}, not on the one shown on this page.</strong></p>` : null}
${rows.length === 0 ? html`<p>The simulation has no rows.</p>` : null}
${await figuresMarkup(resultCharts(result), specifications)}
${rows.length === 0 ? null : foldedTable(`All ${rows.length} rows of the result`, 'All rows of the result', rowTable(rows))}`,
  };
}

function rowTable(rows: readonly Row[]): ChartTable {
  return {
    columns: [
      text('Entity'),
      text('Level'),
      text('Metric'),
      number('Mean'),
      number('95 % interval'),
      number('p50'),
      number('p95'),
      number('p99'),
      number('n'),
    ],
    rows: rows.map((row) => [
      row.entity,
      levelName(row.level),
      METRIC_WORDS[row.metric].title,
      `${meanText(row)}${unitSuffix(row.unit)}`,
      rangeText(row),
      percentileText(row.p50),
      percentileText(row.p95),
      percentileText(row.p99),
      String(row.n),
    ]),
  };
}
