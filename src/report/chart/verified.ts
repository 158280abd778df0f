import type { TopLevelSpec } from 'vega-lite';
import { type Comparison, relativeError, summariseErrors } from '../../verify/comparison.ts';
import { plainText } from '../text/figure.ts';
import { logAxis } from './axis.ts';
import { type Chart, type ChartTable, type Layout, number, text } from './chart.ts';
import { namesOf } from './names.ts';
import { colour } from './theme.ts';

/**
 * One chart for each unit: predicted against measured, with the line on which they are equal.
 * @param aim share that predictions may be off by, drawn as a band
 */
export function verifiedCharts(comparisons: readonly Comparison[], aim: number = AIM): readonly Chart[] {
  const units = [...new Set(comparisons.map(({ unit }) => unit))];
  return units.flatMap((unit, index): Chart[] => {
    const all = comparisons.filter((row) => row.unit === unit);
    const shown = all.filter(({ measured, predicted }) => measured > 0 && predicted > 0);
    if (shown.length === 0) return [];
    const errors = summariseErrors(all);
    return [
      {
        name: `verified-${index + 1}`,
        title: `Predicted against measured, in ${unit}`,
        reading: `Both axes are logarithmic. On the line, prediction and measurement are equal; the shaded band is ${percent(aim)} either way. Bars are intervals of the prediction. Hollow symbols were fitted on and say nothing about prediction.`,
        description:
          errors === null
            ? `All ${all.length} figures were fitted on.`
            : `${errors.count} figures were predicted; half of them are within ${percent(errors.median)}, all within ${percent(errors.largest)}.`,
        spec: (layout) => specOf(shown, unit, 1 + aim, layout),
        table: verifiedTable(all),
      },
    ];
  });
}

export function verifiedTable(comparisons: readonly Comparison[]): ChartTable {
  return {
    columns: [
      text('What'),
      number('Measured'),
      number('Predicted'),
      number('95 %'),
      number('Error'),
      text(''),
    ],
    rows: comparisons.map((row) => [
      row.name,
      `${plainText(row.measured)} ${row.unit}`,
      `${plainText(row.predicted)} ${row.unit}`,
      row.interval === null ? '' : `${plainText(row.interval[0])} to ${plainText(row.interval[1])}`,
      percent(relativeError(row)),
      row.fitted ? 'fitted' : 'predicted',
    ]),
  };
}

const percent = (share: number): string => `${plainText(100 * share)} %`;

/** The band either way where nothing else is aimed at. */
const AIM = 0.1;

/** @param band as a factor */
function specOf(
  shown: readonly Comparison[],
  unit: string,
  band: number,
  { width, narrow }: Layout,
): TopLevelSpec {
  const bounds = shown.flatMap(({ measured, predicted, interval }) => [
    measured,
    predicted,
    ...(interval ?? []).filter((bound) => bound > 0),
  ]);
  const axis = logAxis(bounds, { title: '', suffix: '', margin: [0.06, 0.06] });
  const [from, to] = axis.domain;
  const kinds = ['predicted', 'fitted'];
  const names = namesOf('seriesNames', kinds);
  const scale = { type: 'log', domain: [from, to] as number[], nice: false } as const;
  const labels = { field: 'kind', type: 'nominal', legend: { labelExpr: names.lookup } } as const;
  const axisOf = (title: string) => ({
    title,
    values: axis.ticks ?? [],
    labelColor: colour('muted'),
    grid: true,
  });
  const xOf = (field: string) =>
    ({ field, type: 'quantitative', scale, axis: axisOf(`measured, ${unit}`) }) as const;
  const yOf = (field: string) =>
    ({ field, type: 'quantitative', scale, axis: axisOf(`predicted, ${unit}`) }) as const;
  const line = [from, from * band, to / band, to].map((value) => ({
    value,
    low: Math.max(value / band, from),
    high: Math.min(value * band, to),
  }));
  const within = (value: number): number => Math.min(Math.max(value, from), to);
  return {
    width: narrow ? width : Math.min(width, 620),
    height: narrow ? 280 : 420,
    autosize: { type: 'fit', contains: 'padding' },
    params: [names.parameter],
    layer: [
      {
        data: { values: line },
        mark: { type: 'area', color: colour('rule'), opacity: 0.55 },
        encoding: { x: xOf('value'), y: yOf('low'), y2: { field: 'high' } },
      },
      {
        data: { values: line },
        mark: { type: 'line', color: colour('muted'), strokeWidth: 1.25 },
        encoding: { x: xOf('value'), y: yOf('value') },
      },
      {
        data: {
          values: shown.map(({ name, measured, predicted, interval, fitted }) => ({
            measured,
            predicted,
            low: within(interval?.[0] ?? predicted),
            high: within(interval?.[1] ?? predicted),
            kind: String(fitted ? 1 : 0),
            tip: `${name}: predicted ${plainText(predicted)} ${unit}, measured ${plainText(measured)} ${unit}`,
          })),
        },
        layer: [
          {
            mark: { type: 'rule', strokeWidth: 2, color: colour('work') },
            encoding: { x: xOf('measured'), y: yOf('low'), y2: { field: 'high' } },
          },
          {
            mark: { type: 'point', size: narrow ? 60 : 80, strokeWidth: 2, opacity: 1 },
            encoding: {
              x: xOf('measured'),
              y: yOf('predicted'),
              fill: { ...labels, scale: { domain: ['0', '1'], range: [colour('work'), colour('paper')] } },
              stroke: { ...labels, scale: { domain: ['0', '1'], range: [colour('work'), colour('work')] } },
              tooltip: { field: 'tip' },
            },
          },
        ],
      },
    ],
  };
}
