import type { TopLevelSpec } from 'vega-lite';
import type { FigureAxis } from './axis.ts';
import type { Layer, Layout } from './chart.ts';
import { haloed } from './label.ts';
import { namesOf } from './names.ts';
import { type Reference, referenceLabels, referenceRules } from './reference-lines.ts';
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
  /** Written beside it, where there is room: of several on one height the smallest and the largest have theirs. */
  readonly label?: string;
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
  /** Room for long names of lines, in pixels; where there is little, they take several lines of text. */
  readonly nameWidth?: number;
  /** Lanes share the height of one line of text, rather than having one each: labels stand left and right only. */
  readonly compact: boolean;
  readonly references: readonly Reference[];
  /** A thin line from here to each point, e.g. from 0 for errors. */
  readonly stem?: number;
}

const LANE_HEIGHT = 17;
/** Height of a line whose lanes are compact. */
const COMPACT_HEIGHT = 30;

/**
 * Names down the left, figures along a common axis: a symbol for the figure, a bar for its interval. What users
 * named reaches the specification as data, never as part of an expression.
 */
export function intervalLines(chart: IntervalLines, { width, narrow }: Layout): TopLevelSpec {
  const { axis, lines, series, points, references } = chart;
  const texts = lines.map(({ label }) => (narrow && chart.nameWidth !== undefined ? inLines(label) : label));
  const lineNames = namesOf('lineNames', texts);
  const seriesNames = namesOf(
    'seriesNames',
    series.map(({ name }) => name),
  );
  const used = series.flatMap((_, index) => (points.some((point) => point.series === index) ? [index] : []));
  const lanes = [...new Set(used.map((index) => series[index]!.lane))].sort((a, b) => a - b);
  const { x, onLine } = channels(chart, lanes, lineNames.lookup, narrow);
  const byColour = { field: 'colour', type: 'nominal', scale: null } as const;
  const stems: Layer = {
    mark: { type: 'rule', strokeWidth: 1.5, opacity: 0.6 },
    encoding: { x: { ...x, field: 'stem' }, x2: { field: 'value' }, ...onLine, color: byColour },
  };
  const label = (side: 'left' | 'right'): Layer[] =>
    haloed({
      transform: [{ filter: `datum.${side} !== ''` }],
      mark: {
        type: 'text',
        align: side === 'left' ? 'right' : 'left',
        baseline: 'middle',
        dx: side === 'left' ? -9 : 9,
      },
      encoding: { x: { ...x, field: 'edge' }, ...onLine, text: { field: side } },
    });
  return {
    width,
    height: lines.length * Math.max(lineHeight(chart, lanes.length), ...texts.map(textHeight)),
    autosize: { type: 'fit-x', contains: 'padding' },
    params: [lineNames.parameter, seriesNames.parameter],
    data: { values: points.map((point) => datumOf(point, chart, narrow)) },
    layer: [
      ...referenceRules(references, axis),
      ...(chart.stem === undefined ? [] : [stems]),
      {
        mark: { type: 'rule', strokeWidth: 3, strokeCap: 'butt' },
        encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, ...onLine, color: byColour },
      },
      {
        mark: { type: 'point', size: 62, strokeWidth: 2, opacity: 1 },
        encoding: {
          x,
          ...onLine,
          ...symbols(chart, used, seriesNames.lookup, narrow),
          tooltip: { field: 'tip' },
        },
      },
      ...label('left'),
      ...label('right'),
      ...referenceLabels(references, axis),
    ],
  };
}

/** Letters that fit a line of text beside a narrow chart. */
const NARROW_NAME = 16;
const TEXT_LINE = 14;

function inLines(name: string): string[] {
  const lines = [''];
  for (const word of name.split(' ')) {
    const last = lines.at(-1)!;
    if (last !== '' && last.length + 1 + word.length > NARROW_NAME) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}

const textHeight = (text: string | string[]): number =>
  typeof text === 'string' ? 0 : text.length * TEXT_LINE + 10;

function lineHeight({ compact }: IntervalLines, lanes: number): number {
  if (lanes === 1) return LINE_HEIGHT;
  return compact ? COMPACT_HEIGHT : lanes * LANE_HEIGHT + 10;
}

/** The common axis, and a point's place down the chart. */
function channels(
  { axis, lines, compact, nameWidth }: IntervalLines,
  lanes: readonly number[],
  nameLookup: string,
  narrow: boolean,
) {
  const keys = lines.map((_, index) => String(index));
  const headings = keys.filter((_, index) => lines[index]!.heading);
  const x = {
    field: 'value',
    type: 'quantitative',
    scale: {
      type: axis.scale,
      domain: [...axis.domain] as number[],
      nice: false,
      ...(axis.scale === 'log' ? {} : { zero: false }),
    },
    axis: {
      title: axis.title,
      labelExpr: `format(datum.value, ',.9~f') + '${axis.suffix}'`,
      ...(axis.ticks === null ? {} : { values: [...axis.ticks] }),
    },
  } as const;
  const y = {
    field: 'line',
    type: 'nominal',
    scale: { domain: keys, paddingInner: lanes.length > 1 && !compact ? 0.2 : 0.1, paddingOuter: 0.1 },
    axis: {
      labelExpr: nameLookup,
      ...(nameWidth === undefined || narrow ? {} : { labelLimit: nameWidth }),
      labelFontWeight: {
        condition: { test: `indexof(${JSON.stringify(headings)}, datum.value) >= 0`, value: 'bold' },
        value: 'normal',
      },
    },
  } as const;
  if (lanes.length < 2) return { x, onLine: { y } };
  const yOffset = { field: 'lane', type: 'nominal', scale: { domain: lanes.map(String) } } as const;
  return { x, onLine: { y, yOffset } };
}

/** Letters of all names together that fit one line of a narrow legend. */
const NARROW_LEGEND = 36;

/** Shape, fill and outline by series, with one legend for all three; none for a single series. */
function symbols(
  { series, references }: IntervalLines,
  used: readonly number[],
  nameLookup: string,
  narrow: boolean,
) {
  const labelled = references.some(({ label }) => label !== '');
  // Labels of references stand between the legend and the lines.
  const letters = used.reduce((sum, index) => sum + series[index]!.name.length, 0);
  const legend =
    used.length < 2
      ? null
      : {
          labelExpr: nameLookup,
          ...(labelled ? { offset: 28 } : {}),
          ...(narrow && letters > NARROW_LEGEND ? { columns: 1 } : {}),
        };
  const by = (of: (one: Series) => string) =>
    ({
      field: 'series',
      type: 'nominal',
      scale: { domain: used.map(String), range: used.map((index) => of(series[index]!)) },
      legend,
    }) as const;
  return {
    shape: by(({ shape }) => shape),
    fill: by((one) => (one.filled ? one.colour : colour('paper'))),
    stroke: by((one) => one.colour),
  };
}

function datumOf(point: LinePoint, chart: IntervalLines, narrow: boolean) {
  const series = chart.series[point.series]!;
  return {
    line: String(point.line),
    series: String(point.series),
    lane: String(series.lane),
    value: point.value,
    low: point.low ?? point.value,
    high: point.high ?? point.value,
    tip: point.tip,
    colour: series.colour,
    ...(chart.stem === undefined ? {} : { stem: chart.stem }),
    ...labelOf(point, chart, narrow),
  };
}

/** A point's label and where it goes: left of the smallest figure on its line or lane, right of the largest. */
function labelOf(
  point: LinePoint,
  { points, series, compact }: IntervalLines,
  narrow: boolean,
): { readonly left: string; readonly right: string; readonly edge: number } {
  const { lane } = series[point.series]!;
  const neighbours = points.filter(
    (other) => other.line === point.line && (compact || series[other.series]!.lane === lane),
  );
  const values = neighbours.map(({ value }) => value);
  const last = neighbours.findLast(({ value }) => value === Math.max(...values)) === point;
  const first = !last && neighbours.find(({ value }) => value === Math.min(...values)) === point;
  const text = point.label ?? '';
  return {
    left: first && !narrow ? text : '',
    right: last ? text : '',
    edge: first ? (point.low ?? point.value) : (point.high ?? point.value),
  };
}
