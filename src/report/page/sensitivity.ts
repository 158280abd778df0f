import { carrying, type Sensitivity } from '../../model/experiment/sensitivity.ts';
import { sensitivityChart } from '../chart/sensitivity.ts';
import type { Answer } from '../text/answer.ts';
import { countText, figureText, plainText } from '../text/figure.ts';
import { parameterName } from '../text/parameter.ts';
import { figuresMarkup, type Specifications } from './figure.ts';
import { html } from './markup.ts';
import type { Section } from './section.ts';

/** Which assumption carries the answer, as the top of a page says it. */
export function sensitivityAnswer(result: Sensitivity): Answer {
  const { answer, scenario, replications } = result;
  const most = carrying(result);
  return {
    question: `Which assumption moves the answer for ${scenario.name} most?`,
    verdict: 'none',
    headline: most === null ? 'None does' : parameterName(most.parameter),
    sentence:
      most === null
        ? `No number of platform and workloads alone moves the tail slowdown of the probe by more than chance does in ${replications} replications.`
        : `Slowdown at p95 of ${answer.entity} is ${figureText(answer, answer.unit)}, and from ${plainText(most.atLow.answer)} × to ${plainText(most.atHigh.answer)} × between the ends of that number alone.`,
  };
}

export async function sensitivitySection(
  result: Sensitivity,
  specifications: Specifications,
): Promise<Section> {
  const { rows, uncertain, replications } = result;
  const chart = sensitivityChart(result);
  return {
    id: 'sensitivity',
    title: 'What the answer rests on',
    body: html`<p class="lead">${countText(uncertain)} numbers of platform and workloads have an interval and play a part in this scenario. Each was put at both ends by the fluid engine; the ${countText(rows.length)} that moved the answer most were then simulated exactly, ${countText(replications)} replications at each end with the random numbers of the base. One number at a time: two that are both off may move the answer by more than both together.</p>
${chart === null ? html`<p>None moves the answer.</p>` : await figuresMarkup([chart], specifications)}`,
  };
}
