import type { ScenarioComparison } from '../../model/experiment/comparison.ts';
import type { Sweep } from '../../model/experiment/sweep.ts';
import { valueText } from '../../model/scenario/setting.ts';
import { comparisonCharts, sweepCharts } from '../chart/all-charts.ts';
import { cellsChart } from '../chart/cells.ts';
import { sentence, text } from '../chart/chart.ts';
import type { Answer } from '../text/answer.ts';
import { figureText, settingText } from '../text/figure.ts';
import { METRIC_WORDS, sentenceOf } from '../text/wording.ts';
import { figuresMarkup, type Specifications } from './figure.ts';
import { html } from './markup.ts';
import { listMarkup, type Section } from './section.ts';
import { foldedTable } from './table.ts';

/** Where the knee is, or which combination feels best, as the top of a page says it. */
export function sweepAnswer(sweep: Sweep): Answer {
  const found = sweep.knees.flatMap((knee) => (knee.seats === null ? [] : [{ ...knee, seats: knee.seats }]));
  const [first] = [...found].sort((a, b) => a.seats - b.seats);
  if (sweep.knees.length > 0) {
    const [widest] = sweep.knees;
    return {
      question: `How many seats until ${sweep.scenario.name} feels different?`,
      verdict: 'none',
      headline:
        first === undefined
          ? `No knee up to ${widest!.to} seats`
          : `Knee at ${settingText(Number(first.seats.toPrecision(3)))} seats`,
      sentence: first === undefined ? growthText(sweep) : `${growthText(sweep)} ${rangeText(first)}`.trim(),
    };
  }
  const chart = cellsChart(sweep);
  return {
    question: `What does varying ${sweep.axes.map(({ name }) => name).join(' and ')} do to ${sweep.scenario.name}?`,
    verdict: 'none',
    headline: `${sweep.cells.length} combinations`,
    sentence: chart?.description ?? 'None of them has a probe.',
  };
}

const growthText = ({ knees }: Sweep): string =>
  `The knee is where the probe’s 95th percentile has grown by ${settingText((knees[0]?.growth ?? 0) * 100)} % over ${knees[0]?.from ?? 0} seats.`;

function rangeText({ low, high }: Sweep['knees'][number]): string {
  if (low === null || high === null) return '';
  const of = (value: number): string => settingText(Number(value.toPrecision(3)));
  return `It lies between ${of(low)} and ${of(high)} seats (95 %).`;
}

export async function sweepSection(sweep: Sweep, specifications: Specifications): Promise<Section> {
  const refused = sweep.cells.flatMap((cell) => (cell.status === 'refused' ? [cell] : []));
  return {
    id: 'varied',
    title: 'What was varied',
    body: html`<p class="lead">${sweep.axes.map(({ name, values }) => `${name}: ${values.map(valueText).join(', ')}`).join('; ')}. ${sweep.replications} replications of ${settingText(sweep.measuredSeconds)} s for each combination, all with the same random numbers, so that what differs is what was varied.</p>
${await figuresMarkup(sweepCharts(sweep), specifications)}
${
  refused.length === 0
    ? null
    : foldedTable(`${refused.length} combinations that are no sound scenario`, 'Combinations left out', {
        columns: [text('Combination'), sentence('Why')],
        rows: refused.map(({ settings, problems }) => [
          settings.map((value, axis) => `${sweep.axes[axis]!.name} ${valueText(value)}`).join(', '),
          problems.join('; '),
        ]),
      })
}`,
  };
}

/** Whether B feels slower than A, as the top of a page says it. */
export function comparisonAnswer(comparison: ScenarioComparison): Answer {
  const { a, b, answer, decidedBy, rows } = comparison;
  const decisive = rows.find(
    (row) =>
      row.entity === decidedBy?.entity && row.metric === decidedBy.metric && row.level === decidedBy.level,
  );
  const verdict = {
    slower: 'no',
    faster: 'yes',
    alike: 'yes',
    unclear: 'unsure',
    'nothing to compare': 'none',
  } as const;
  const headline = {
    slower: 'B feels slower',
    faster: 'B feels faster',
    alike: 'They feel alike',
    unclear: 'It cannot be told',
    'nothing to compare': 'There is nothing to compare',
  } as const;
  const figure = (mean: number): string => figureText({ mean, low: null, high: null }, decisive!.unit);
  return {
    question: `Does ${b.label} feel slower than ${a.label}?`,
    verdict: verdict[answer],
    headline: headline[answer],
    sentence:
      decisive === undefined
        ? 'They have no figure of the probe in common.'
        : `${METRIC_WORDS[decisive.metric].title} of ${decisive.entity}: ${figure(decisive.a)} in A, ${figure(decisive.b)} in B.`,
  };
}

export async function comparisonSection(
  comparison: ScenarioComparison,
  specifications: Specifications,
): Promise<Section> {
  const { a, b, replications, findings } = comparison;
  const side = ({ label, name, host, seats, platform }: ScenarioComparison['a']): string =>
    `${label} (${name}: ${seats} seats on ${host}, platform ${platform})`;
  return {
    id: 'differs',
    title: 'What differs',
    body: html`<p class="lead">A is ${side(a)}; B is ${side(b)}. ${replications} pairs of replications with the same random numbers: what differs between two of a pair is what differs between the scenarios.</p>
${listMarkup(findings.map(({ text: finding }) => sentenceOf(finding)))}
${await figuresMarkup(comparisonCharts(comparison), specifications)}`,
  };
}
