import { byUrgency, differingValues, headline, looksText, OVERALL_WORDS } from '../../gate/export/wording.ts';
import type { GateResult } from '../../gate/result.ts';
import { changeCharts } from '../chart/change.ts';
import { sentence, text } from '../chart/chart.ts';
import type { Answer } from '../text/answer.ts';
import { ended } from '../text/wording.ts';
import { figuresMarkup, type Specifications } from './figure.ts';
import { html } from './markup.ts';
import { listMarkup, type Section } from './section.ts';
import { foldedTable, tableMarkup } from './table.ts';

/** Whether a candidate is worse than its baseline, as the top of a page says it. */
export function gateAnswer(result: GateResult): Answer {
  const verdict = { pass: 'yes', regressed: 'no', inconclusive: 'unsure', incomparable: 'none' } as const;
  return {
    question: `Is nesting in ${result.candidate.name} no dearer than in ${result.baseline.name}?`,
    verdict: verdict[result.verdict],
    headline: OVERALL_WORDS[result.verdict],
    sentence: ended(headline(result)),
  };
}

/** Two records against each other: in what they differ, how much each metric changed, and what cannot be told. */
export async function comparedSection(
  result: GateResult,
  index: number,
  specifications: Specifications,
): Promise<Section> {
  const untold = byUrgency(result.rows).filter(({ low }) => low === null);
  return {
    id: index === 0 ? 'compared' : `compared-${index + 1}`,
    title: index === 0 ? 'What changed' : `What changed in ${result.candidate.name}`,
    body: html`<p class="lead">${lead(result)}</p>
${listMarkup(result.warnings.map(({ text: warning }) => ended(warning)))}
${differencesTable(result)}
${await figuresMarkup(changeCharts(result, index), specifications)}
${
  untold.length === 0
    ? null
    : foldedTable(`${untold.length} metrics without an interval`, 'Metrics without an interval', {
        columns: [text('Metric'), sentence('Why')],
        rows: untold.map(({ name, reason }) => [name, reason]),
      })
}`,
  };
}

function lead(result: GateResult): string {
  const { baseline, candidate, design, alpha } = result;
  const side = ({ name, blocks, boots }: GateResult['baseline']): string =>
    `${name} (${blocks} blocks of ${boots} ${boots === 1 ? 'boot' : 'boots'})`;
  const how =
    design === 'pairs'
      ? 'block by block, as they were measured side by side'
      : 'every block of one against every block of the other';
  return `${side(candidate)} against ${side(baseline)}, ${how}. What is compared are overhead ratios within a block, never raw times. The chance of a false alarm among all metrics together is at most ${Number((alpha * 100).toPrecision(3))} %. ${looksText(result)}`.trim();
}

function differencesTable({ differences }: GateResult) {
  if (differences.length === 0) return null;
  return html`<h3>In what the two were not made alike</h3>
${tableMarkup('Differences between the records', {
  columns: [
    text('About'),
    text('Where'),
    text('What'),
    sentence('Baseline'),
    sentence('Candidate'),
    text('Allowed'),
  ],
  rows: differences.map((difference) => {
    const { aspect, where, fact, allowed } = difference;
    const { baseline, candidate } = differingValues(difference);
    return [aspect, where, fact, baseline, candidate, allowed ? 'yes' : 'no'];
  }),
})}`;
}
