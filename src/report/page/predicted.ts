import type { PhaseRows, Row, SimulationResult, Uncertainty } from '../../model/experiment/result.ts';
import type { Platform } from '../../model/scenario/platform.ts';
import { resultCharts } from '../chart/all-charts.ts';
import { type ChartTable, number, sentence, text } from '../chart/chart.ts';
import { percentileText } from '../chart/slowdown.ts';
import { countText, meanText, plainText, rangeText, settingText, unitSuffix } from '../text/figure.ts';
import { uncertainParts } from '../text/uncertain.ts';
import { levelName, METRIC_WORDS, PHASE_WORDS } from '../text/wording.ts';
import { figuresMarkup, type Specifications } from './figure.ts';
import { html, type Markup } from './markup.ts';
import type { Section } from './section.ts';
import { foldedTable, tableMarkup } from './table.ts';

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
    body: html`<p class="lead">${countText(result.replications)} independent replications, each ${settingText(result.measuredSeconds)} s of simulated time after ${settingText(result.warmUpSeconds)} s of warm-up that no figure contains; ${countText(result.events)} events. Intervals say how far chance moves the simulation, not how far the platform’s numbers may be off${result.uncertainty === undefined ? '' : '; what those do to the answer is in a table of its own'}.</p>
${other ? html`<p><strong>These predictions rest on the platform ${result.platform.name}, not on the one shown on this page.</strong></p>` : null}
${rows.length === 0 ? html`<p>The simulation has no rows.</p>` : null}
${await figuresMarkup(resultCharts(result), specifications)}
${result.uncertainty === undefined ? null : uncertaintyMarkup(result.uncertainty)}
${(result.phases ?? []).map(phaseMarkup)}
${rows.length === 0 ? null : foldedTable(`All ${rows.length} rows of the result`, 'All rows of the result', rowTable(rows))}`,
  };
}

/** A phase beside the exercise: how it felt and what it took, by role. */
function phaseMarkup({ kind, measuredSeconds, rows }: PhaseRows): Markup {
  const shown = rows.filter(({ metric }) => PHASE_METRICS.includes(metric));
  return html`<h3>${PHASE_WORDS[kind]}</h3>
<p>${settingText(measuredSeconds)} s of simulated time, apart from the exercise.</p>
${tableMarkup(PHASE_WORDS[kind], rowTable(shown))}
${foldedTable(`All ${rows.length} rows of this phase`, `All rows: ${PHASE_WORDS[kind]}`, rowTable(rows))}`;
}

const PHASE_METRICS: readonly Row['metric'][] = [
  'slowdown-p95',
  'response',
  'throughput',
  'ready',
  'cpu-idle',
  'disk-used',
];

/** How far uncertain figures may move the answer, and which. */
function uncertaintyMarkup({ sets, rows }: Uncertainty): Markup {
  const table: ChartTable = {
    columns: [
      text('Entity'),
      text('Metric'),
      number('Mean'),
      number('95 % with uncertain figures'),
      sentence('The spread comes from'),
    ],
    rows: rows.map((row) => [
      row.entity,
      METRIC_WORDS[row.metric].title,
      `${plainText(row.mean)}${unitSuffix(row.unit)}`,
      `${plainText(row.low)} to ${plainText(row.high)}`,
      uncertainParts(row),
    ]),
  };
  return html`<h3>With what is not known of the platform and the workloads</h3>
<p>${countText(sets)} sets of every figure drawn within its bounds, each run with the random numbers of the run it is held against. Shares are of the variance, one subject drawn at a time.</p>
${tableMarkup('With uncertain figures', table)}`;
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
