import type { TopLevelSpec } from 'vega-lite';
import type { Metric, Row } from '../../model/experiment/result.ts';
import { figureText, meanText, plusMinusText, rangeText } from '../text/figure.ts';
import { levelName, METRIC_WORDS } from '../text/wording.ts';
import { type Chart, type Layout, number, text } from './chart.ts';
import { haloed } from './label.ts';
import { namesOf } from './names.ts';
import { roleKey, rolesOf } from './slowdown.ts';
import { colour } from './theme.ts';

const SERIES = [
  { metric: 'frames-delivered', name: 'delivered', colour: 'work' },
  { metric: 'frames-copied', name: 'copied', colour: 'overhead-light' },
  { metric: 'frames-dropped', name: 'dropped', colour: 'limit' },
] as const satisfies readonly { metric: Metric; name: string; colour: string }[];

/** What the switches did with frames; null without frame rows. */
export function framesChart(rows: readonly Row[]): Chart | null {
  const shown = rows.flatMap((row) => {
    const series = SERIES.findIndex(({ metric }) => metric === row.metric);
    return series < 0 ? [] : [{ row, series }];
  });
  if (shown.length === 0) return null;
  const most = shown.map(({ row }) => row).reduce((a, b) => (b.mean > a.mean ? b : a));
  return {
    name: 'frames',
    title: 'What the switches did with frames',
    reading:
      'Frames each second. Copies are extra deliveries a promiscuous port causes; each costs CPU where it is made and where it is thrown away. Thin bars are 95 % intervals over replications.',
    description: `The largest figure is ${figureText(most, most.unit)} ${METRIC_WORDS[most.metric].title.toLowerCase()} at ${most.entity}.`,
    spec: (layout) => specOf(shown, layout),
    table: {
      columns: [
        text('Where'),
        text('Level'),
        text('Frames'),
        number('Each second'),
        number('95 % interval'),
        number('Replications'),
      ],
      rows: shown.map(({ row }) => [
        row.entity,
        levelName(row.level),
        METRIC_WORDS[row.metric].title,
        meanText(row),
        rangeText(row),
        String(row.n),
      ]),
    },
  };
}

/** Height of one bar with the gap above it. */
const SERIES_HEIGHT = 17;

function specOf(
  shown: readonly { readonly row: Row; readonly series: number }[],
  { width, narrow }: Layout,
): TopLevelSpec {
  const roles = rolesOf(shown.map(({ row }) => row));
  const keys = roles.map((_, index) => String(index));
  const lineNames = namesOf(
    'lineNames',
    roles.map(({ label }) => label),
  );
  const seriesNames = namesOf(
    'seriesNames',
    SERIES.map(({ name }) => name),
  );
  const used = SERIES.flatMap((_, index) =>
    shown.some(({ series }) => series === index) ? [String(index)] : [],
  );
  const data = shown.map(({ row, series }) => ({
    line: String(roles.findIndex(({ key }) => key === roleKey(row))),
    series: String(series),
    value: row.mean,
    low: row.low ?? row.mean,
    high: row.high ?? row.mean,
    tip: `${row.entity}, ${SERIES[series]!.name}: ${figureText(row, row.unit)}`,
    label: narrow ? meanText(row) : plusMinusText(row),
  }));
  const largest = Math.max(...data.map(({ high }) => high), 1);
  const domain: number[] = [0, largest * (narrow ? 1.5 : 1.2)];
  const scale = { type: 'linear', domain, nice: false } as const;
  const y = {
    field: 'line',
    type: 'nominal',
    scale: { domain: keys, paddingInner: 0.25, paddingOuter: 0.1 },
    axis: { labelExpr: lineNames.lookup },
  } as const;
  const yOffset = { field: 'series', type: 'nominal', scale: { domain: used } } as const;
  const x = {
    field: 'value',
    type: 'quantitative',
    scale,
    axis: {
      title: 'frames each second',
      labelExpr: "format(datum.value, ',.9~f')",
      tickCount: narrow ? 3 : 6,
    },
  } as const;
  return {
    width,
    height: keys.length * (used.length * SERIES_HEIGHT + 8),
    autosize: { type: 'fit-x', contains: 'padding' },
    params: [lineNames.parameter, seriesNames.parameter],
    data: { values: data },
    layer: [
      {
        mark: { type: 'bar', height: 13 },
        encoding: {
          x,
          y,
          yOffset,
          fill: {
            field: 'series',
            type: 'nominal',
            scale: { domain: used, range: used.map((index) => colour(SERIES[Number(index)]!.colour)) },
            legend: {
              labelExpr: seriesNames.lookup,
              symbolType: 'square',
              symbolStrokeWidth: 0,
            },
          },
          tooltip: { field: 'tip' },
        },
      },
      {
        mark: { type: 'rule', strokeWidth: 1.5, color: colour('ink') },
        encoding: { x: { field: 'low', type: 'quantitative', scale }, x2: { field: 'high' }, y, yOffset },
      },
      ...haloed({
        mark: { type: 'text', align: 'left', baseline: 'middle', dx: 6 },
        encoding: { x: { field: 'high', type: 'quantitative', scale }, y, yOffset, text: { field: 'label' } },
      }),
    ],
  };
}
