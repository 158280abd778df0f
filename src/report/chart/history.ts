import { median } from 'simple-statistics';
import type { TopLevelSpec } from 'vega-lite';
import type { HistoryResult } from '../../gate/history/history-result.ts';
import { metricName } from '../../gate/metric.ts';
import { type Chart, type Layer, type Layout, number, sentence, text } from './chart.ts';
import { haloed } from './label.ts';
import { signedPercent } from './residuals.ts';
import { colour } from './theme.ts';

type Course = HistoryResult['histories'][number];

/** Metrics that changed have a chart each; of those that did not, as many as still fill a page. */
const AT_MOST = 12;

/** The course of overhead ratios over time, those that changed first. */
export function historyCharts({ histories }: HistoryResult): readonly Chart[] {
  return [...histories]
    .filter(({ points }) => points.length > 1)
    .sort((a, b) => Math.min(b.changes.length, 1) - Math.min(a.changes.length, 1))
    .slice(0, AT_MOST)
    .map((course, index) => chartOf(course, index));
}

function chartOf(course: Course, index: number): Chart {
  const { key, points, changes, lab, clock } = course;
  const name = metricName(key);
  const changed = changes.map(
    ({ index: at, effect }) => `${signedPercent(effect - 1)} on ${dayOf(points[at]!.started)}`,
  );
  const last = points.at(-1)!;
  return {
    name: `history-${index + 1}`,
    title: changes.length === 0 ? `${name}: no change found` : `${name}: ${changed.join(', ')}`,
    reading: `One point a record (${lab} lab, ${clock} clock); bars are the quartiles of its blocks, the line the median between changes.`,
    description: `${points.length} records from ${dayOf(points[0]!.started)} to ${dayOf(last.started)}; the last is ${ratioText(last.median)}. ${changes.length === 0 ? 'No change was found' : `Changes: ${changed.join(', ')}`}.`,
    spec: (layout) => specOf(course, layout),
    table: {
      columns: [
        text('Record of'),
        number('Median ratio'),
        number('Quartiles'),
        number('Blocks'),
        text('Kernel'),
        text('nestmark'),
        sentence('Change from here on'),
      ],
      rows: points.map(({ started, median, lower, upper, blocks, kernel, nestmark }, at) => {
        const change = changes.find((one) => one.index === at);
        return [
          `${dayOf(started)} ${started.slice(11, 16)}`,
          ratioText(median),
          `${ratioText(lower)}–${ratioText(upper)}`,
          String(blocks),
          kernel ?? '',
          nestmark,
          change === undefined ? '' : `${signedPercent(change.effect - 1)}, chance ${change.chance}`,
        ];
      }),
    },
  };
}

function specOf({ points, changes }: Course, { width, narrow }: Layout): TopLevelSpec {
  const values = points.flatMap(({ median, lower, upper }) => [median, lower, upper]);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const room = Math.max(high - low, high * 0.02) * 0.12;
  // Of a record each: nights without a run leave no hole that a reader would have to explain.
  const x = {
    field: 'at',
    type: 'quantitative',
    scale: { domain: [-0.5, points.length - 0.5] as number[], nice: false, zero: false },
    axis: {
      title: 'record of',
      values: tickIndices(points.length, narrow ? 3 : 7),
      labelExpr: 'dayNames[datum.value]',
      grid: false,
    },
  } as const;
  const scale = { domain: [low - room, high + room * 2] as number[], nice: false, zero: false };
  const y = {
    field: 'median',
    type: 'quantitative',
    scale,
    axis: { title: null, grid: true, labelExpr: "format(datum.value, ',.9~f') + '×'", tickCount: 5 },
  } as const;
  const data = points.map(({ started, median, lower, upper, kernel }, at) => ({
    at,
    median,
    lower,
    upper,
    tip: `${dayOf(started)}: ${ratioText(median)}${kernel === null ? '' : `, kernel ${kernel}`}`,
  }));
  const steps = stepsOf(points, changes);
  const marks: Layer[] = [
    {
      data: { values: changes.map(({ index }) => ({ at: index - 0.5 })) },
      mark: { type: 'rule', color: colour('limit'), strokeDash: [5, 4], strokeWidth: 1.5 },
      encoding: { x },
    },
    {
      data: { values: steps },
      mark: { type: 'rule', color: colour('overhead'), strokeWidth: 2 },
      encoding: { x: { ...x, field: 'from' }, x2: { field: 'to' }, y },
    },
    {
      mark: { type: 'rule', strokeWidth: 3, color: colour('work-light') },
      encoding: { x, y: { ...y, field: 'lower' }, y2: { field: 'upper' } },
    },
    {
      mark: { type: 'point', filled: true, size: 40, opacity: 1, color: colour('work') },
      encoding: { x, y, tooltip: { field: 'tip' } },
    },
    ...haloed({
      data: {
        values: changes.map(({ index, effect }) => ({ at: index - 0.5, label: signedPercent(effect - 1) })),
      },
      mark: { type: 'text', align: 'right', baseline: 'top', dx: -6, dy: 2, y: 0, color: colour('limit') },
      encoding: { x, text: { field: 'label' } },
    }),
  ];
  return {
    width,
    height: narrow ? 160 : 190,
    autosize: { type: 'fit-x', contains: 'padding' },
    params: [{ name: 'dayNames', value: momentsOf(points) }],
    data: { values: data },
    layer: marks,
  };
}

/** The height between one change and the next. */
function stepsOf(
  points: Course['points'],
  changes: Course['changes'],
): readonly { readonly from: number; readonly to: number; readonly median: number }[] {
  const bounds = [0, ...changes.map(({ index }) => index), points.length];
  return bounds.slice(1).map((to, part) => {
    const from = bounds[part]!;
    const middle = median(points.slice(from, to).map((point) => point.median));
    return { from: from - 0.5, to: to - 0.5, median: middle };
  });
}

function tickIndices(length: number, most: number): number[] {
  const every = Math.max(1, Math.ceil((length - 1) / Math.max(most - 1, 1)));
  return Array.from({ length: Math.ceil(length / every) }, (_, index) => index * every);
}

/** Days, and the time of day besides where two records are of one day. */
function momentsOf(points: readonly { readonly started: string }[]): string[] {
  const days = points.map(({ started }) => dayOf(started));
  const several = new Set(days).size < days.length;
  return points.map(({ started }, at) =>
    several ? `${days[at]!.slice(5)} ${started.slice(11, 16)}` : days[at]!,
  );
}

const dayOf = (started: string): string => started.slice(0, 10);
const ratioText = (value: number): string => `${Number(value.toPrecision(4)).toLocaleString('en-US')}×`;
