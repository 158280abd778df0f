import type { TopLevelSpec } from 'vega-lite';
import type { Metric, Row } from '../../model/experiment/result.ts';
import { figureText, meanText, plainText, plusMinusText, rangeText } from '../text/figure.ts';
import { cpuPartName, levelName, METRIC_WORDS } from '../text/wording.ts';
import { type Chart, type Layer, type Layout, number, sentence, text } from './chart.ts';
import { haloed } from './label.ts';
import { namesOf } from './names.ts';
import { type ColourName, colour, LINE_HEIGHT } from './theme.ts';

/** In this order along the bar: what was bought, what nesting takes, what is left. */
const KINDS: readonly Metric[] = [
  'cpu-guest',
  'cpu-hypervisor',
  'cpu-switch',
  'cpu-spin',
  'cpu-polling',
  'cpu-idle',
];

interface Share {
  readonly row: Row;
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly colour: string;
}

/**
 * Where the physical CPUs' time went, stacked by kind and level: the whole as one bar, and under it each part in its
 * place with its name and figure. Null without CPU rows. Rows of several entities each make their own chart.
 */
export function cpuTimeCharts(rows: readonly Row[]): readonly Chart[] {
  const shown = rows.filter(({ metric }) => KINDS.includes(metric));
  const entities = [...new Set(shown.map(({ entity }) => entity))];
  return entities.map((entity, index) =>
    chartOf(
      shown.filter((row) => row.entity === entity),
      index === 0 ? 'cpu-time' : `cpu-time-${index + 1}`,
      entities.length === 1 ? '' : ` (${entity})`,
    ),
  );
}

function chartOf(rows: readonly Row[], name: string, suffix: string): Chart {
  const shares = stacked(rows);
  const sum = (...metrics: readonly Metric[]): number =>
    rows.filter(({ metric }) => metrics.includes(metric)).reduce((total, { mean }) => total + mean, 0);
  const work = sum('cpu-guest');
  const cost = sum('cpu-hypervisor', 'cpu-switch', 'cpu-spin', 'cpu-polling');
  return {
    name,
    title: `Where the CPU time went${suffix}`,
    reading:
      'Shares of all physical CPU time while measuring; together they are 100 %. Blue is what guests got done, orange what virtualization took, grey what was left. ± is a 95 % interval over replications.',
    description: `Guests’ own work took ${plainText(work)} % of the CPU time, virtualization ${plainText(cost)} %, and ${plainText(sum('cpu-idle'))} % was idle.`,
    spec: (layout) => specOf(shares, layout),
    table: {
      columns: [
        text('Part'),
        text('Level'),
        number('Share'),
        number('95 % interval'),
        sentence('What it is'),
      ],
      rows: shares.map(({ row }) => [
        cpuPartName(row, rows),
        levelName(row.level),
        `${meanText(row)} %`,
        rangeText(row),
        METRIC_WORDS[row.metric].meaning,
      ]),
    },
  };
}

/** Work of the innermost guests first, hypervisors from the outermost in, idle last. */
function stacked(rows: readonly Row[]): Share[] {
  const order = (row: Row): number => KINDS.indexOf(row.metric);
  const sorted = [...rows].sort(
    (a, b) => order(a) - order(b) || (a.metric === 'cpu-guest' ? b.level - a.level : a.level - b.level),
  );
  let from = 0;
  return sorted.map((row) => {
    const share = {
      row,
      label: cpuPartName(row, sorted),
      from,
      to: from + row.mean,
      colour: colour(colourOf(row, sorted)),
    };
    from = share.to;
    return share;
  });
}

/** Neighbours of one hue alternate in lightness, so that the parts of the one bar stay apart. */
function colourOf(row: Row, sorted: readonly Row[]): ColourName {
  if (row.metric === 'cpu-idle') return 'idle';
  const guest = row.metric === 'cpu-guest';
  const sameHue = sorted.filter(({ metric }) => metric !== 'cpu-idle' && (metric === 'cpu-guest') === guest);
  const even = sameHue.indexOf(row) % 2 === 0;
  return guest ? (even ? 'work' : 'work-light') : even ? 'overhead' : 'overhead-light';
}

function specOf(shares: readonly Share[], { width, narrow }: Layout): TopLevelSpec {
  const total = Math.max(shares.at(-1)?.to ?? 0, 100);
  const whole = 'all';
  const keys = [whole, ...shares.map((_, index) => String(index))];
  const domain: number[] = [0, total];
  const scale = { type: 'linear', domain, nice: false } as const;
  const parts = shares.map((share, index) => ({
    line: String(index),
    from: share.from,
    to: share.to,
    colour: share.colour,
    tip: `${share.label}: ${figureText(share.row, '%')}`,
    label: narrow ? `${meanText(share.row)} %` : `${plusMinusText(share.row)} %`,
    // A part that ends far right has its label on its left side.
    side: share.to > total * (narrow ? 0.72 : 0.82) ? 'left' : 'right',
  }));
  const lineNames = namesOf(
    'lineNames',
    shares.map(({ label }) => label),
  );
  const y = {
    field: 'line',
    type: 'nominal',
    scale: { domain: keys, paddingInner: 0.28, paddingOuter: 0.1 },
    axis: {
      labelExpr: `datum.value == '${whole}' ? 'All CPU time' : ${lineNames.lookup}`,
      labelFontWeight: { condition: { test: `datum.value == '${whole}'`, value: 'bold' }, value: 'normal' },
    },
  } as const;
  const x = {
    field: 'from',
    type: 'quantitative',
    scale,
    axis: { title: 'share of all physical CPU time', labelExpr: "format(datum.value, ',.9~f') + ' %'" },
  } as const;
  const fill = { field: 'colour', type: 'nominal', scale: null } as const;
  const label = (side: 'left' | 'right'): Layer[] =>
    haloed({
      transform: [{ filter: `datum.side === '${side}'` }],
      mark: {
        type: 'text',
        align: side === 'left' ? 'right' : 'left',
        baseline: 'middle',
        dx: side === 'left' ? -7 : 7,
      },
      encoding: {
        x: { field: side === 'left' ? 'from' : 'to', type: 'quantitative', scale },
        y,
        text: { field: 'label' },
      },
    });
  return {
    width,
    height: keys.length * LINE_HEIGHT,
    autosize: { type: 'fit-x', contains: 'padding' },
    params: [lineNames.parameter],
    data: { values: parts },
    layer: [
      {
        transform: [{ calculate: `'${whole}'`, as: 'line' }],
        mark: { type: 'bar' },
        encoding: { x, x2: { field: 'to' }, y, fill, tooltip: { field: 'tip' } },
      },
      { mark: { type: 'bar' }, encoding: { x, x2: { field: 'to' }, y, fill, tooltip: { field: 'tip' } } },
      ...label('left'),
      ...label('right'),
    ],
  };
}
