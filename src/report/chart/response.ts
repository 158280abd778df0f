import type { TopLevelSpec } from 'vega-lite';
import type { Row } from '../../model/experiment/result.ts';
import { meanText, plainText, rangeText } from '../text/figure.ts';
import { levelName } from '../text/wording.ts';
import { logAxis } from './axis.ts';
import { type Chart, type Layout, number, text } from './chart.ts';
import { haloed } from './label.ts';
import { namesOf } from './names.ts';
import { percentileText, rolesOf } from './slowdown.ts';
import { colour, LINE_HEIGHT } from './theme.ts';

type Tail = Row & { readonly p50: number; readonly p95: number; readonly p99: number };

/** Median and tail of the response time by role; null when no row has percentiles. */
export function responseChart(rows: readonly Row[]): Chart | null {
  const responses = rows.filter(({ metric }) => metric === 'response');
  const shown = responses.filter(
    (row): row is Tail => row.p50 !== null && row.p95 !== null && row.p99 !== null && row.p50 > 0,
  );
  if (shown.length === 0) return null;
  const slowest = shown.reduce((a, b) => (b.p99 > a.p99 ? b : a));
  return {
    name: 'response',
    title: 'How long answers take, from the usual one to the slowest in a hundred',
    reading:
      'Logarithmic axis, milliseconds. The line runs from the median over the 95th to the 99th percentile of all requests of a role, all replications together.',
    description: `The longest tail is that of ${slowest.entity}: median ${plainText(slowest.p50)} ms, 95th percentile ${plainText(slowest.p95)} ms, 99th percentile ${plainText(slowest.p99)} ms.`,
    spec: (layout) => specOf(shown, layout),
    table: {
      columns: [
        text('Role'),
        text('Level'),
        number('Mean (ms)'),
        number('95 % interval'),
        number('p50'),
        number('p95'),
        number('p99'),
        number('Replications'),
      ],
      rows: responses.map((row) => [
        row.entity,
        levelName(row.level),
        meanText(row),
        rangeText(row),
        percentileText(row.p50),
        percentileText(row.p95),
        percentileText(row.p99),
        String(row.n),
      ]),
    },
  };
}

const MARKS = [
  { percentile: 'p50', name: 'median' },
  { percentile: 'p95', name: '95th percentile' },
  { percentile: 'p99', name: '99th percentile' },
] as const;

function specOf(shown: readonly Tail[], { width, narrow }: Layout): TopLevelSpec {
  const roles = rolesOf(shown);
  const axis = logAxis(
    shown.flatMap(({ p50, p95, p99 }) => [p50, p95, p99]),
    { title: 'response time', suffix: ' ms', margin: narrow ? [0.06, 0.26] : [0.05, 0.12] },
  );
  const domain: number[] = [...axis.domain];
  const scale = { type: 'log', domain, nice: false } as const;
  const keys = roles.map((_, index) => String(index));
  const lineNames = namesOf(
    'lineNames',
    roles.map(({ label }) => label),
  );
  const seriesNames = namesOf(
    'seriesNames',
    MARKS.map(({ name }) => name),
  );
  const y = {
    field: 'line',
    type: 'nominal',
    scale: { domain: keys },
    axis: { labelExpr: lineNames.lookup },
  } as const;
  const series = MARKS.map((_, index) => String(index));
  const legend = { labelExpr: seriesNames.lookup } as const;
  const of = (range: string[]) =>
    ({ field: 'series', type: 'nominal', scale: { domain: series, range }, legend }) as const;
  const lines = shown.map(({ p50, p99 }, line) => ({
    line: String(line),
    p50,
    p99,
    label: `${plainText(p99)} ms`,
  }));
  const points = shown.flatMap((row, line) =>
    MARKS.map(({ percentile, name }, index) => ({
      line: String(line),
      series: String(index),
      value: row[percentile],
      tip: `${row.entity}, ${name}: ${plainText(row[percentile])} ms`,
    })),
  );
  return {
    width,
    height: shown.length * LINE_HEIGHT,
    autosize: { type: 'fit-x', contains: 'padding' },
    params: [lineNames.parameter, seriesNames.parameter],
    layer: [
      {
        data: { values: lines },
        mark: { type: 'rule', strokeWidth: 2, color: colour('work') },
        encoding: {
          x: {
            field: 'p50',
            type: 'quantitative',
            scale,
            axis: {
              title: axis.title,
              values: [...(axis.ticks ?? [])],
              labelExpr: "format(datum.value, ',.9~f') + ' ms'",
            },
          },
          x2: { field: 'p99' },
          y,
        },
      },
      {
        data: { values: points },
        mark: { type: 'point', strokeWidth: 2, opacity: 1, size: 60 },
        encoding: {
          x: { field: 'value', type: 'quantitative', scale },
          y,
          shape: of(['circle', 'circle', 'M0,-0.75L0,0.75']),
          fill: of([colour('paper'), colour('work'), colour('work')]),
          stroke: of([colour('work'), colour('work'), colour('work')]),
          tooltip: { field: 'tip' },
        },
      },
      ...haloed({
        data: { values: lines },
        mark: { type: 'text', align: 'left', baseline: 'middle', dx: 9 },
        encoding: { x: { field: 'p99', type: 'quantitative', scale }, y, text: { field: 'label' } },
      }),
    ],
  };
}
