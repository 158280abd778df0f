import type { TopLevelSpec } from 'vega-lite';
import type { Row } from '../../model/experiment/result.ts';
import type { SimulatedCell, Sweep } from '../../model/experiment/sweep.ts';
import { valueText } from '../../model/scenario/setting.ts';
import { figureText, meanText, rangeText, settingText, unitSuffix } from '../text/figure.ts';
import { type Chart, type Layer, type Layout, number, text } from './chart.ts';
import { haloed } from './label.ts';
import { namesOf } from './names.ts';
import { colour } from './theme.ts';

/** What a sweep varies besides the seats gives a line each. */
interface Curve {
  readonly name: string;
  readonly points: readonly CurvePoint[];
  /** Where the probe's tail has grown by the share that is called the knee. */
  readonly knee: { readonly seats: number; readonly low: number | null; readonly high: number | null } | null;
}

interface CurvePoint {
  readonly seats: number;
  readonly row: Row;
}

const COLOURS = ['level-1', 'level-2', 'level-3', 'level-0'] as const;
const SHAPES = ['circle', 'square', 'triangle-up', 'diamond'] as const;
const DASHES = [
  [1, 0],
  [6, 4],
  [2, 3],
  [8, 3, 2, 3],
] as const;

/** How a lab feels, waits and copies frames as seats are added; nothing when seats are not varied. */
export function seatCharts(sweep: Sweep): readonly Chart[] {
  const along = sweep.axes.findIndex(({ name }) => name === 'seats');
  if (along < 0) return [];
  const tails = curvesOf(sweep, along, ({ tail }) => tail);
  const limit = limitOf(sweep);
  const growth = sweep.knees[0]?.growth ?? null;
  const charts = [
    chartOf({
      name: 'seats-slowdown',
      title: 'How it feels as seats are added',
      reading: `95th percentile of the probe’s response over the same alone on the metal, the worst of its roles. Bands are 95 % intervals over replications, all with the same random numbers.${growth === null ? '' : ` A ring marks the knee: the tail has grown by ${settingText(growth * 100)} % over the fewest seats.`}`,
      axis: 'p95 slowdown of the probe',
      curves: tails,
      limit,
    }),
    chartOf({
      name: 'seats-ready',
      title: 'How long vCPUs wait as seats are added',
      reading:
        'Share of time a vCPU of the role that waits most was ready and not picked. Bands are 95 % intervals over replications.',
      axis: 'ready',
      curves: curvesOf(sweep, along, ({ ready }) => ready).map((curve) => ({ ...curve, knee: null })),
      limit: null,
    }),
    chartOf({
      name: 'seats-copies',
      title: 'Copies that promiscuous ports cause, as seats are added',
      reading:
        'Frames each second that the host’s switch copied to ports they were not for. With n nested hosts on it every frame is copied n times, so that copies grow with the square of the seats. Bands are 95 % intervals over replications.',
      axis: 'copies each second',
      curves: curvesOf(sweep, along, ({ rows }) => copiesOf(rows)).map((curve) => ({ ...curve, knee: null })),
      limit: null,
    }),
  ];
  return charts.filter((chart) => chart !== null);
}

const copiesOf = (rows: readonly Row[]): Row | null =>
  rows.find(({ entity, metric }) => entity === 'host' && metric === 'frames-copied') ?? null;

function curvesOf(sweep: Sweep, along: number, rowOf: (cell: SimulatedCell) => Row | null): readonly Curve[] {
  const curves = new Map<string, { name: string; settings: string; points: CurvePoint[] }>();
  for (const cell of sweep.cells) {
    if (cell.status === 'refused') continue;
    const row = rowOf(cell);
    if (row === null) continue;
    const others = cell.settings.map((value, axis) => (axis === along ? null : value));
    const settings = JSON.stringify(others);
    const name = others
      .flatMap((value, axis) => (value === null ? [] : [`${sweep.axes[axis]!.name} ${valueText(value)}`]))
      .join(', ');
    const curve = curves.get(settings) ?? { name, settings, points: [] };
    curves.set(settings, curve);
    curve.points.push({ seats: cell.seats, row });
  }
  return [...curves.values()].map(({ name, settings, points }) => {
    const knee = sweep.knees.find((one) => JSON.stringify(one.settings) === settings);
    return {
      name,
      points: points.sort((a, b) => a.seats - b.seats),
      knee: knee === undefined || knee.seats === null ? null : { ...knee, seats: knee.seats },
    };
  });
}

/** The tail's limit, where every cell has the same. */
function limitOf({ cells }: Sweep): number | null {
  const limits = new Set(
    cells.flatMap((cell) =>
      cell.status === 'refused'
        ? []
        : cell.targets.filter(({ target }) => target === 'probe-p95-slowdown').map(({ limit }) => limit),
    ),
  );
  return limits.size === 1 ? [...limits][0]! : null;
}

interface Described {
  readonly name: string;
  readonly title: string;
  readonly reading: string;
  readonly axis: string;
  readonly curves: readonly Curve[];
  readonly limit: number | null;
}

function chartOf(described: Described): Chart | null {
  const { curves, name, title, reading } = described;
  const points = curves.flatMap((curve) => curve.points.map((point) => ({ curve, ...point })));
  if (points.length < 2 || points.every(({ row }) => row.mean === 0)) return null;
  const most = points.reduce((a, b) => (b.row.mean > a.row.mean ? b : a));
  const knees = curves.flatMap(({ knee, name: curve }) => (knee === null ? [] : [{ curve, ...knee }]));
  const kneeTexts = knees.map(
    ({ curve, seats }) =>
      `${curve === '' ? 'the knee' : `the knee of ${curve}`} is at ${settingText(Number(seats.toPrecision(3)))} seats`,
  );
  return {
    name,
    title,
    reading,
    description: `The largest is ${figureText(most.row, most.row.unit)} at ${most.seats} seats${most.curve.name === '' ? '' : `, ${most.curve.name}`}${kneeTexts.length === 0 ? '' : `; ${kneeTexts.join('; ')}`}.`,
    spec: (layout) => specOf(described, layout),
    table: {
      columns: [
        text('Varied'),
        number('Seats'),
        text('Role'),
        number('Mean'),
        number('95 % interval'),
        number('Replications'),
      ],
      rows: points.map(({ curve, seats, row }) => [
        curve.name === '' ? 'seats only' : curve.name,
        String(seats),
        row.entity,
        `${meanText(row)}${unitSuffix(row.unit)}`,
        rangeText(row),
        String(row.n),
      ]),
    },
  };
}

function specOf({ curves, axis, limit }: Described, { width, narrow }: Layout): TopLevelSpec {
  const data = curves.flatMap(({ name, points }, series) =>
    points.map(({ seats, row }) => ({
      series: String(series),
      colour: colour(COLOURS[series % COLOURS.length]!),
      dash: [...DASHES[series % DASHES.length]!],
      seats,
      value: row.mean,
      low: row.low ?? row.mean,
      high: row.high ?? row.mean,
      tip: `${seats} seats${name === '' ? '' : `, ${name}`}: ${figureText(row, row.unit)}`,
    })),
  );
  const unit = curves[0]!.points[0]!.row.unit;
  const suffix = unit === 'ratio' ? '×' : unit === '%' ? ' %' : '';
  const values = data.flatMap(({ low, high }) => [low, high]);
  const top = Math.max(...values, limit ?? Number.NEGATIVE_INFINITY);
  const bottom = unit === 'ratio' ? Math.min(1, ...values) : 0;
  const seats = [...new Set(data.map((datum) => datum.seats))].sort((a, b) => a - b);
  const names = namesOf(
    'seriesNames',
    curves.map(({ name }) => name),
  );
  const keys = curves.map((_, index) => String(index));
  const x = {
    field: 'seats',
    type: 'quantitative',
    scale: { domain: [seats[0]!, seats.at(-1)!] as number[], nice: false, zero: false, padding: 14 },
    axis: { title: 'seats', tickMinStep: 1, tickCount: narrow ? 4 : 10, grid: false },
  } as const;
  const y = {
    field: 'value',
    type: 'quantitative',
    scale: { domain: [bottom, top + (top - bottom) * 0.08] as number[], nice: false, zero: false },
    axis: { title: axis, grid: true, labelExpr: `format(datum.value, ',.9~f') + '${suffix}'`, tickCount: 6 },
  } as const;
  const pick = <T>(of: readonly T[]): T[] => keys.map((_, index) => of[index % of.length]!);
  const legend = curves.length < 2 ? null : { labelExpr: names.lookup };
  const scale = { domain: keys, range: pick(COLOURS.map((name) => colour(name))) };
  const series = { field: 'series', type: 'nominal', scale, legend } as const;
  const rings = curves
    .flatMap(({ knee, points }) => {
      if (knee === null) return [];
      return [
        {
          seats: knee.seats,
          value: interpolated(points, knee.seats),
          label: `knee ${settingText(Number(knee.seats.toPrecision(3)))}`,
        },
      ];
    })
    .sort((a, b) => a.seats - b.seats);
  const layer: Layer[] = [
    ...(limit === null
      ? []
      : ([
          {
            data: { values: [{ value: limit }] },
            mark: { type: 'rule', color: colour('limit'), strokeDash: [5, 4], strokeWidth: 1.5 },
            encoding: { y },
          },
          {
            data: { values: [{ value: limit, label: 'limit' }] },
            mark: {
              type: 'text',
              align: 'left',
              baseline: 'bottom',
              dx: 4,
              dy: -3,
              x: 0,
              color: colour('limit'),
            },
            encoding: { y, text: { field: 'label' } },
          },
        ] satisfies Layer[])),
    {
      mark: { type: 'area', opacity: 0.18 },
      encoding: {
        x,
        y: { ...y, field: 'low' },
        y2: { field: 'high' },
        color: { field: 'colour', type: 'nominal', scale: null },
      },
    },
    {
      mark: { type: 'line', strokeWidth: 2 },
      encoding: {
        x,
        y,
        detail: { field: 'series' },
        color: { field: 'colour', type: 'nominal', scale: null },
        strokeDash: { field: 'dash', type: 'nominal', scale: null },
      },
    },
    {
      mark: { type: 'point', filled: true, size: 50, opacity: 1 },
      encoding: {
        x,
        y,
        fill: series,
        shape: { field: 'series', type: 'nominal', scale: { domain: keys, range: pick(SHAPES) }, legend },
        tooltip: { field: 'tip' },
      },
    },
    {
      data: { values: rings },
      mark: {
        type: 'point',
        filled: false,
        size: 240,
        strokeWidth: 2,
        stroke: colour('ink'),
        shape: 'circle',
      },
      encoding: { x, y },
    },
    // Neighbours along the seats have their texts on different sides, lest one hides the other.
    ...[0, 1].flatMap((side) =>
      haloed({
        data: { values: rings.filter((_, place) => place % 2 === side) },
        mark: {
          ...{ type: 'text', baseline: side === 0 ? 'bottom' : 'top', align: side === 0 ? 'right' : 'left' },
          ...{ dx: side === 0 ? -10 : 10, dy: side === 0 ? -8 : 8 },
        },
        encoding: { x, y, text: { field: 'label' } },
      }),
    ),
  ];
  return {
    width,
    height: narrow ? 220 : 300,
    autosize: { type: 'fit-x', contains: 'padding' },
    params: [names.parameter],
    data: { values: data },
    layer,
  };
}

function interpolated(points: readonly CurvePoint[], seats: number): number {
  const after = points.findIndex((point) => point.seats >= seats);
  const right = points[after === -1 ? points.length - 1 : after]!;
  const left = points[Math.max(after - 1, 0)]!;
  if (right.seats === left.seats) return right.row.mean;
  const share = (seats - left.seats) / (right.seats - left.seats);
  return left.row.mean + share * (right.row.mean - left.row.mean);
}
