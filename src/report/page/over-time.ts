import { FEWEST_RECORDS, type HistoryResult, isLongEnough } from '../../gate/history/history-result.ts';
import { metricName } from '../../gate/metric.ts';
import { historyCharts } from '../chart/history.ts';
import type { Answer } from '../text/answer.ts';
import { figuresMarkup, type Specifications } from './figure.ts';
import { html } from './markup.ts';
import type { Section } from './section.ts';

/** Whether overhead changed over a folder of records, as the top of a page says it. */
export function historyAnswer(result: HistoryResult): Answer {
  const { histories, records, folder } = result;
  const changed = histories.filter(({ changes }) => changes.length > 0);
  const names = changed.slice(0, 4).map(({ key }) => metricName(key));
  const more = changed.length > names.length ? ` and ${changed.length - names.length} more` : '';
  return {
    question: `Did nesting become dearer over the records of ${folder}?`,
    verdict: changed.some(({ changes }) => changes.some(({ effect }) => effect > 1))
      ? 'no'
      : changed.length > 0
        ? 'none'
        : isLongEnough(result)
          ? 'yes'
          : 'unsure',
    headline:
      changed.length === 0
        ? isLongEnough(result)
          ? 'No change found'
          : 'Too few records to tell'
        : `${changed.length} of ${histories.length} metrics changed`,
    sentence:
      changed.length === 0
        ? `${records} ${records === 1 ? 'record' : 'records'}, ${histories.length} metrics.${isLongEnough(result) ? '' : ` A change needs at least ${FEWEST_RECORDS} to be told from chance.`}`
        : `${records} records. What changed: ${names.join('; ')}${more}.`,
  };
}

export async function overTimeSection(
  result: HistoryResult,
  specifications: Specifications,
): Promise<Section> {
  const charts = historyCharts(result);
  const left = result.histories.length - charts.length;
  return {
    id: 'over-time',
    title: 'Over time',
    body: html`<p class="lead">Costs over those of the same work at the lowest level. Each point is one record: the median of its valid blocks. A dashed line is a change: from there on the ratio ran at another height, as clearly as at most 1 % of shuffled histories would show it by chance (E-divisive, which assumes nothing on how values are distributed). The same history always has the same changes.</p>
${await figuresMarkup(charts, specifications)}
${left > 0 ? html`<p>${left} more metrics, in which nothing changed or which are in one record only, are in the history's JSON file.</p>` : null}`,
  };
}
