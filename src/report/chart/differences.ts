import type { ComparedRow, Direction, ScenarioComparison } from '../../model/experiment/comparison.ts';
import { levelName, METRIC_WORDS } from '../text/wording.ts';
import { linearAxis } from './axis.ts';
import { type Chart, number, text } from './chart.ts';
import { intervalLines, type LinePoint, type Series } from './interval-lines.ts';
import { signedPercent } from './residuals.ts';
import { colour } from './theme.ts';

type Relative = ComparedRow & { readonly relative: number };

const SERIES: readonly (Series & { readonly direction: Direction })[] = [
  {
    direction: 'higher',
    name: 'higher in B',
    colour: colour('overhead'),
    shape: 'triangle-up',
    filled: true,
    lane: 0,
  },
  {
    direction: 'lower',
    name: 'lower in B',
    colour: colour('work'),
    shape: 'triangle-down',
    filled: true,
    lane: 0,
  },
  { direction: 'alike', name: 'alike', colour: colour('muted'), shape: 'circle', filled: true, lane: 0 },
  {
    direction: 'unclear',
    name: 'cannot be told',
    colour: colour('muted'),
    shape: 'circle',
    filled: false,
    lane: 0,
  },
];

/** What a reader compares first; shares of CPU time and frames have a table. */
const SHOWN: readonly ComparedRow['metric'][] = ['slowdown-p95', 'slowdown', 'throughput', 'ready'];
/** Beyond a few hundred per cent a linear axis shows nothing else. */
const FARTHEST = 4;

/**
 * Paired differences between two scenarios, as shares of the first; null when nothing can be shown so.
 * @param place among several comparisons with the same first scenario
 */
export function differencesChart({ rows, margin }: ScenarioComparison, place = 0): Chart | null {
  const shown = rows.filter(
    (row): row is Relative =>
      SHOWN.includes(row.metric) && row.relative !== null && Math.abs(row.relative) < FARTHEST,
  );
  if (shown.length === 0) return null;
  const lines = linesOf(shown);
  const points = shown.map(
    (row): LinePoint => ({
      line: lines.findIndex(({ of }) => of === row),
      series: SERIES.findIndex(({ direction }) => direction === row.direction),
      value: row.relative * 100,
      // No figure of these can fall below nothing, whatever a symmetric interval says.
      low: row.relativeLow === null ? null : Math.max(row.relativeLow * 100, -100),
      high: row.relativeHigh === null ? null : row.relativeHigh * 100,
      tip: `${row.entity}, ${METRIC_WORDS[row.metric].title.toLowerCase()}: ${signedPercent(row.relative)}${rangeOf(row)}`,
      label: row.direction === 'higher' || row.direction === 'lower' ? signedPercent(row.relative) : '',
    }),
  );
  const largest = shown.reduce((a, b) => (Math.abs(b.relative) > Math.abs(a.relative) ? b : a));
  const percent = margin * 100;
  return {
    name: place === 0 ? 'differences' : `differences-${place + 1}`,
    title: 'What differs between A and B, and how surely',
    reading: `B against A, from replications with the same random numbers. Bars are 95 % intervals; differences within ±${percent} % do not matter. Significance allows for the number of figures (Holm).`,
    description: `The largest difference is ${signedPercent(largest.relative)}${rangeOf(largest)} in ${METRIC_WORDS[largest.metric].title.toLowerCase()} of ${largest.entity}.`,
    spec: (layout) =>
      intervalLines(
        {
          lines,
          series: SERIES,
          points,
          axis: linearAxis(
            points.flatMap(({ value, low, high }) => [
              value,
              low ?? value,
              Math.min(high ?? value, 100 * FARTHEST),
            ]),
            {
              title: 'B against A',
              suffix: ' %',
              include: [-5, 5],
              margin: layout.narrow ? [0.06, 0.3] : [0.08, 0.12],
            },
          ),
          compact: true,
          references: [{ value: 0, label: '', emphatic: false }],
        },
        layout,
      ),
    table: {
      columns: [
        text('Entity'),
        text('Level'),
        text('Metric'),
        number('A'),
        number('B'),
        number('B against A'),
        number('95 % interval'),
        text('Verdict'),
      ],
      rows: rows.map((row) => [
        row.entity,
        levelName(row.level),
        METRIC_WORDS[row.metric].title,
        plain(row.a),
        plain(row.b),
        row.relative === null ? '' : signedPercent(row.relative),
        rangeOf(row).replace(/^ \(|\)$/g, ''),
        row.direction,
      ]),
    },
  };
}

interface Line {
  readonly label: string;
  readonly heading: boolean;
  readonly of: Relative | null;
}

function linesOf(rows: readonly Relative[]): readonly Line[] {
  return SHOWN.flatMap((metric): readonly Line[] => {
    const own = rows.filter((row) => row.metric === metric);
    if (own.length === 0) return [];
    return [
      { label: METRIC_WORDS[metric].title, heading: true, of: null },
      ...own.map((row) => ({ label: row.entity, heading: false, of: row })),
    ];
  });
}

const rangeOf = ({ relativeLow, relativeHigh }: ComparedRow): string =>
  relativeLow === null || relativeHigh === null
    ? ''
    : ` (${signedPercent(relativeLow).slice(0, -2)} to ${signedPercent(relativeHigh)})`;

const plain = (value: number): string => value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
