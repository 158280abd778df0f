import type { TopLevelSpec } from 'vega-lite';
import type { FigureAxis } from './axis.ts';
import type { Layer, Layout } from './chart.ts';
import { haloed } from './label.ts';
import { namesOf } from './names.ts';
import { colour, LINE_HEIGHT } from './theme.ts';

/** One figure with its interval on one line of the chart. */
export interface LinePoint {
  /** Index into `lines`. */
  readonly line: number;
  /** Index into `series`. */
  readonly series: number;
  readonly value: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Shown on pointing at it. */
  readonly tip: string;
  /** Written beside it, if anything. */
  readonly label?: { readonly text: string; readonly side: 'left' | 'right' };
}

export interface Series {
  readonly name: string;
  readonly colour: string;
  readonly shape: string;
  readonly filled: boolean;
  /** Which height within a line it stands at: series that would hide each other have lanes of their own. */
  readonly lane: number;
}

export interface IntervalLines {
  readonly lines: readonly { readonly label: string; readonly heading: boolean }[];
  readonly series: readonly Series[];
  readonly points: readonly LinePoint[];
  readonly axis: FigureAxis;
  /** Vertical lines; `emphatic` for a limit someone asked for. */
  readonly references: readonly {
    readonly value: number;
    readonly label: string;
    readonly emphatic: boolean;
  }[];
  /** A thin line from here to each point, e.g. from 0 for errors. */
  readonly stem?: number;
}

const LANE_HEIGHT = 17;

/**
 * Names down the left, figures along a common axis: a symbol for the figure, a bar for its interval. What users
 * named reaches the specification as data, never as part of an expression.
 */
export function intervalLines(chart: IntervalLines, { width, narrow }: Layout): TopLevelSpec {
  const { axis, lines, series } = chart;
  const keys = lines.map((_, index) => String(index));
  const lineNames = namesOf(
    'lineNames',
    lines.map(({ label }) => label),
  );
  const seriesNames = namesOf(
    'seriesNames',
    series.map(({ name }) => name),
  );
  const data = chart.points.map((point) => ({
    line: String(point.line),
    series: String(point.series),
    lane: String(series[point.series]!.lane),
    value: point.value,
    low: point.low ?? point.value,
    high: point.high ?? point.value,
    tip: point.tip,
    colour: series[point.series]!.colour,
    ...(chart.stem === undefined ? {} : { stem: chart.stem }),
    left: !narrow && point.label?.side === 'left' ? point.label.text : '',
    right: point.label?.side === 'right' ? point.label.text : '',
  }));
  const used = series.flatMap((_, index) =>
    chart.points.some((point) => point.series === index) ? [String(index)] : [],
  );
  const lanes = [...new Set(used.map((index) => series[Number(index)]!.lane))]
    .sort((a, b) => a - b)
    .map(String);
  const domain: number[] = [...axis.domain];
  const scale = {
    type: axis.scale,
    domain,
    nice: false,
    ...(axis.scale === 'log' ? {} : { zero: false }),
  } as const;
  const x = {
    field: 'value',
    type: 'quantitative',
    scale,
    axis: {
      title: axis.title,
      labelExpr: `format(datum.value, ',.9~f') + '${axis.suffix}'`,
      ...(axis.ticks === null ? {} : { values: [...axis.ticks] }),
    },
  } as const;
  const y = {
    field: 'line',
    type: 'nominal',
    scale: { domain: keys, paddingInner: lanes.length > 1 ? 0.2 : 0.1, paddingOuter: 0.1 },
    axis: {
      labelExpr: lineNames.lookup,
      labelFontWeight: {
        condition: { test: oneOf(keys.filter((_, index) => lines[index]!.heading)), value: 'bold' },
        value: 'normal',
      },
    },
  } as const;
  const yOffset =
    lanes.length > 1
      ? { yOffset: { field: 'lane', type: 'nominal', scale: { domain: lanes } } as const }
      : {};
  const byColour = { field: 'colour', type: 'nominal', scale: null } as const;
  const labelled = chart.references.some((reference) => reference.label !== '');
  const legend =
    used.length < 2
      ? null
      : ({
          labelExpr: seriesNames.lookup,
          // Labels of references stand between the legend and the lines.
          ...(labelled ? { offset: 28 } : {}),
        } as const);
  const symbols = {
    shape: {
      field: 'series',
      type: 'nominal',
      scale: { domain: used, range: used.map((index) => series[Number(index)]!.shape) },
      legend,
    },
    fill: {
      field: 'series',
      type: 'nominal',
      scale: {
        domain: used,
        range: used.map((index) =>
          series[Number(index)]!.filled ? series[Number(index)]!.colour : colour('paper'),
        ),
      },
      legend,
    },
    stroke: {
      field: 'series',
      type: 'nominal',
      scale: { domain: used, range: used.map((index) => series[Number(index)]!.colour) },
      legend,
    },
  } as const;
  const label = (side: 'left' | 'right'): Layer[] =>
    haloed({
      transform: [{ filter: `datum.${side} !== ''` }],
      mark: {
        type: 'text',
        align: side === 'left' ? 'right' : 'left',
        baseline: 'middle',
        dx: side === 'left' ? -9 : 9,
      },
      encoding: {
        x: { field: side === 'left' ? 'low' : 'high', type: 'quantitative', scale },
        y,
        ...yOffset,
        text: { field: side },
      },
    });
  return {
    width,
    height: lines.length * Math.max(lanes.length * LANE_HEIGHT + 10, LINE_HEIGHT),
    autosize: { type: 'fit-x', contains: 'padding' },
    params: [lineNames.parameter, seriesNames.parameter],
    data: { values: data },
    layer: [
      ...chart.references.map(
        ({ value, emphatic }) =>
          ({
            data: { values: [{ value }] },
            mark: {
              type: 'rule',
              color: colour(emphatic ? 'limit' : 'muted'),
              strokeWidth: emphatic ? 1.5 : 1.25,
              ...(emphatic ? { strokeDash: [5, 4] } : {}),
            },
            encoding: { x: { field: 'value', type: 'quantitative', scale } },
          }) as const,
      ),
      ...(chart.stem === undefined
        ? []
        : [
            {
              mark: { type: 'rule', strokeWidth: 1.5, opacity: 0.6 } as const,
              encoding: {
                x: { ...x, field: 'stem' },
                x2: { field: 'value' },
                y,
                ...yOffset,
                color: byColour,
              } as const,
            },
          ]),
      {
        mark: { type: 'rule', strokeWidth: 3, strokeCap: 'butt' },
        encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, y, ...yOffset, color: byColour },
      },
      {
        mark: { type: 'point', size: 62, strokeWidth: 2, opacity: 1 },
        encoding: { x, y, ...yOffset, ...symbols, tooltip: { field: 'tip' } },
      },
      ...label('left'),
      ...label('right'),
      ...chart.references
        .filter((reference) => reference.label !== '')
        .map(
          (reference) =>
            ({
              data: { values: [{ value: reference.value, label: reference.label }] },
              mark: {
                type: 'text',
                align: placeOf(reference.value, axis) > 0.6 ? 'right' : 'left',
                baseline: 'bottom',
                dy: -5,
                y: 0,
                color: colour(reference.emphatic ? 'limit' : 'muted'),
              },
              encoding: { x: { field: 'value', type: 'quantitative', scale }, text: { field: 'label' } },
            }) as const,
        ),
    ],
  };
}

/** Where a value stands on an axis: 0 at its left end, 1 at its right. */
function placeOf(value: number, { scale, domain: [from, to] }: FigureAxis): number {
  const at = (number: number): number => (scale === 'log' ? Math.log(number) : number);
  return (at(value) - at(from)) / (at(to) - at(from));
}

function oneOf(keys: readonly string[]): string {
  return `indexof(${JSON.stringify(keys)}, datum.value) >= 0`;
}
