import type { Sweep } from '../../model/experiment/sweep.ts';
import { valueText } from '../../model/scenario/setting.ts';
import { sweepCharts } from '../chart/all-charts.ts';
import { cellsChart } from '../chart/cells.ts';
import { sentence, text } from '../chart/chart.ts';
import type { Answer } from '../text/answer.ts';
import { settingText } from '../text/figure.ts';
import { figuresMarkup, type Specifications } from './figure.ts';
import { html } from './markup.ts';
import type { Section } from './section.ts';
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
  `The knee is where the probe’s 95th percentile has grown by ${settingText((knees[0]?.growth ?? 0) * 100)} % of what it is with ${knees[0]?.from ?? 0} seats.`;

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
