import { changeRange, changeText, detectableText } from '../../gate/export/wording.ts';
import { alphaOfLook, type GateResult, type GateRow } from '../../gate/result.ts';
import { levelName } from '../text/wording.ts';
import { linearAxis } from './axis.ts';
import { type Chart, number, sentence, text } from './chart.ts';
import { intervalLines, type LinePoint, type Series } from './interval-lines.ts';
import { colour } from './theme.ts';

/** A change as a share of the baseline, with both its bounds. */
type JudgedRow = GateRow & { readonly effect: number; readonly low: number; readonly high: number };

const SERIES: readonly (Series & { readonly verdict: GateRow['verdict'] })[] = [
  {
    verdict: 'regressed',
    name: 'regressed',
    colour: colour('limit'),
    shape: 'triangle-up',
    filled: true,
    lane: 0,
  },
  {
    verdict: 'inconclusive',
    name: 'inconclusive',
    colour: colour('muted'),
    shape: 'circle',
    filled: false,
    lane: 0,
  },
  {
    verdict: 'improved',
    name: 'improved',
    colour: colour('level-1'),
    shape: 'triangle-down',
    filled: true,
    lane: 0,
  },
  { verdict: 'pass', name: 'pass', colour: colour('work'), shape: 'circle', filled: true, lane: 0 },
];

/** How much each metric changed, what is timed and what is counted apart; nothing for what has no interval. */
export function changeCharts(result: GateResult, index = 0): readonly Chart[] {
  const { rows } = result;
  const alpha = alphaOfLook(result);
  const judged = rows.filter(
    (row): row is JudgedRow => row.effect !== null && row.low !== null && row.high !== null,
  );
  // Several comparisons stand on one page, each chart by a name of its own.
  const nth = index === 0 ? '' : `-${index + 1}`;
  const charts = [
    chartOf(
      `change${nth}`,
      'How much each overhead ratio changed',
      judged.filter((row) => !row.exactLike),
      alpha,
    ),
    chartOf(
      `change-counted${nth}`,
      'How much each count changed',
      judged.filter((row) => row.exactLike),
      alpha,
    ),
  ];
  return charts.filter((chart) => chart !== null);
}

function chartOf(name: string, title: string, rows: readonly JudgedRow[], alpha: number): Chart | null {
  const [first] = rows;
  if (first === undefined) return null;
  const lines = linesOf(rows);
  const margin = Number((first.margin * 100).toPrecision(3));
  const points = rows.map(
    (row): LinePoint => ({
      line: lines.findIndex(({ of }) => of === row),
      series: SERIES.findIndex(({ verdict }) => verdict === row.verdict),
      value: percent(row.effect),
      low: percent(row.low),
      high: percent(row.high),
      tip: `${row.name}: ${changeText(row.effect)} (${changeRange(row)}), ${row.verdict}; ${row.reason}`,
      label: row.verdict === 'pass' ? '' : changeText(row.effect),
    }),
  );
  const worst = rows.reduce((a, b) => (b.effect > a.effect ? b : a));
  const interval = Number(((1 - 2 * alpha) * 100).toPrecision(3));
  return {
    name,
    title,
    reading: `Candidate against baseline; right is worse. Bars are ${interval} % intervals; dashed lines are the margin of ±${margin} % within which a change does not matter. A metric passes when its whole bar lies between them.`,
    description: `Of ${rows.length} metrics, ${rows.filter(({ verdict }) => verdict === 'regressed').length} regressed. The largest growth is ${changeText(worst.effect)} (${changeRange(worst)}): ${worst.name}.`,
    spec: (layout) =>
      intervalLines(
        {
          lines,
          series: SERIES,
          points,
          axis: linearAxis(
            points.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]),
            {
              title: 'candidate against baseline',
              suffix: ' %',
              include: [-1.6 * margin, 1.6 * margin],
              margin: layout.narrow ? [0.06, 0.3] : [0.06, 0.14],
            },
          ),
          compact: true,
          references: [
            { value: -margin, label: '', emphatic: true },
            { value: 0, label: '', emphatic: false },
            { value: margin, label: 'margin', emphatic: true },
          ],
        },
        layout,
      ),
    table: {
      columns: [
        text('Metric'),
        text('Verdict'),
        number('Change'),
        number(`${interval} % interval`),
        number('Margin'),
        number('Detectable'),
        number('Baseline'),
        number('Candidate'),
        number('Blocks'),
        sentence('Why'),
      ],
      rows: rows.map((row) => [
        row.name,
        row.verdict,
        changeText(row.effect),
        changeRange(row),
        `${margin} %`,
        detectableText(row),
        valueText(row.baseline),
        valueText(row.candidate),
        row.blocks.join(' / '),
        row.reason,
      ]),
    },
  };
}

interface Line {
  readonly label: string;
  readonly heading: boolean;
  readonly of: JudgedRow | null;
}

/** By level, each under a heading of its own. */
function linesOf(rows: readonly JudgedRow[]): readonly Line[] {
  const levels = [...new Set(rows.map(({ key }) => key.level))].sort((a, b) => a - b);
  return levels.flatMap((level): readonly Line[] => [
    { label: `In ${levelName(level)}`, heading: true, of: null },
    ...rows
      .filter(({ key }) => key.level === level)
      .map((row) => ({ label: lineLabel(row), heading: false, of: row })),
  ]);
}

const lineLabel = ({ key: { workload, kind } }: GateRow): string =>
  kind === 'exits' ? `${workload} (exits)` : workload;

const percent = (ratio: number): number => (ratio - 1) * 100;

const valueText = (value: number | null): string =>
  value === null ? '' : value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
