import { FEWEST_RECORDS, type HistoryResult, isLongEnough } from '../../gate/history/history-result.ts';
import { metricName } from '../../gate/metric.ts';
import { plainTable } from './plain-table.ts';
import { printable } from './printable.ts';
import { type TableOptions, widthOf } from './table-options.ts';
import { wrap } from './wrap.ts';

/** Each metric's course as a line of bars, and when it changed by how much. */
export function renderHistory(raw: HistoryResult, options: TableOptions = {}): string {
  const result = printable(raw);
  const changed = result.histories.filter(({ changes }) => changes.length > 0);
  const records = `${result.records} ${result.records === 1 ? 'record' : 'records'}`;
  const head =
    changed.length === 0
      ? `${records}, ${result.histories.length} metrics: ${isLongEnough(result) ? 'no change found' : 'too few records to tell a change'}.`
      : `${records}: ${changed.length} of ${result.histories.length} metrics changed.`;
  const rows = [...changed, ...result.histories.filter(({ changes }) => changes.length === 0)].map(
    ({ key, lab, clock, points, changes }) => [
      metricName(key),
      `${lab}, ${clock}`,
      bars(points.map(({ median }) => median)),
      ratio(points.at(-1)!.median),
      changes
        .map(({ index, effect }) => `${change(effect)} on ${points[index]!.started.slice(0, 10)}`)
        .join('; '),
    ],
  );
  const table = plainTable(['Metric', 'Lab and clock', 'Course', 'Now', 'Changes'], rows, 3);
  const few = !isLongEnough(result)
    ? `\n${wrap(`A change needs at least ${FEWEST_RECORDS} records to be told from chance.`, widthOf(options))}\n`
    : '';
  return `${head}\n\n${table}\n${few}`;
}

const WIDEST = 30;
const BARS = '▁▂▃▄▅▆▇█';

/** The newest values, from the lowest to the highest of them. */
function bars(values: readonly number[]): string {
  const shown = values.slice(-WIDEST);
  const least = Math.min(...shown);
  const span = Math.max(...shown) - least;
  return shown
    .map((value) => BARS[span === 0 ? 0 : Math.round(((value - least) / span) * (BARS.length - 1))])
    .join('');
}

const ratio = (value: number): string => `${Number(value.toPrecision(4))}×`;
const change = (effect: number): string =>
  `${effect < 1 ? '−' : '+'}${(Math.abs(effect - 1) * 100).toFixed(1)} %`;
