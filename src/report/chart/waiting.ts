import type { Metric, Row, TargetVerdict } from '../../model/experiment/result.ts';
import { figureText, meanText, rangeText, settingText } from '../text/figure.ts';
import { levelName, METRIC_WORDS } from '../text/wording.ts';
import { linearAxis } from './axis.ts';
import { type Chart, number, text } from './chart.ts';
import { intervalLines, type LinePoint } from './interval-lines.ts';
import { percentileText, roleKey, rolesOf } from './slowdown.ts';
import { colour } from './theme.ts';

const SERIES: readonly { readonly metric: Metric; readonly name: string }[] = [
  { metric: 'ready', name: 'ready' },
  { metric: 'steal', name: 'steal' },
  { metric: 'hidden-steal', name: 'hidden steal' },
];

/** Time spent waiting for a CPU, by role, as three observers see it; null without any. */
export function waitingChart(rows: readonly Row[], targets: readonly TargetVerdict[]): Chart | null {
  const shown = rows.flatMap((row) => {
    const series = SERIES.findIndex(({ metric }) => metric === row.metric);
    return series < 0 ? [] : [{ row, series }];
  });
  if (shown.length === 0) return null;
  const roles = rolesOf(shown.map(({ row }) => row));
  const points = shown.map(
    ({ row, series }): LinePoint => ({
      line: roles.findIndex(({ key }) => key === roleKey(row)),
      series,
      value: row.mean,
      low: row.low,
      high: row.high,
      tip: `${row.entity}, ${METRIC_WORDS[row.metric].title.toLowerCase()}: ${figureText(row, row.unit)}`,
      label: `${meanText(row)} %`,
    }),
  );
  const bounds = shown.flatMap(({ row: { mean, low, high } }) => [mean, low ?? mean, high ?? mean]);
  const limits = targets.filter(({ target }) => target === 'ready').map(({ limit }) => limit);
  const most = shown.map(({ row }) => row).reduce((a, b) => (b.mean > a.mean ? b : a));
  return {
    name: 'waiting',
    title: 'Time spent waiting for a CPU',
    reading:
      'Ready: runnable, but not picked by its own hypervisor, share of wall time. Steal: the same as the guest’s own counter shows it, share of the time it was not halted. Hidden steal: taken by a level below that hypervisor, seen by no guest counter, share of wall time. Symbols are means over replications, bars 95 % intervals.',
    description: `The most is ${figureText(most, most.unit)} ${METRIC_WORDS[most.metric].title.toLowerCase()} of ${most.entity}.`,
    spec: (layout) =>
      intervalLines(
        {
          lines: roles.map(({ label }) => ({ label, heading: false })),
          series: SERIES.map(({ name }, index) => ({
            name,
            colour: [colour('work'), colour('overhead'), colour('level-3')][index]!,
            shape: ['circle', 'square', 'diamond'][index]!,
            filled: true,
            lane: index,
          })),
          points,
          axis: linearAxis(bounds, {
            title: 'share of time',
            suffix: ' %',
            include: [0, ...limits],
            margin: layout.narrow ? [0, 0.26] : [0, 0.1],
          }),
          compact: false,
          references: limits.map((limit) => ({
            value: limit,
            label: `limit for ready ${settingText(limit)} %`,
            emphatic: true,
          })),
        },
        layout,
      ),
    table: {
      columns: [
        text('Role'),
        text('Level'),
        text('Metric'),
        number('Mean'),
        number('95 % interval'),
        number('p50'),
        number('p95'),
        number('p99'),
      ],
      rows: shown.map(({ row }) => [
        row.entity,
        levelName(row.level),
        METRIC_WORDS[row.metric].title,
        `${meanText(row)} %`,
        rangeText(row),
        percentileText(row.p50),
        percentileText(row.p95),
        percentileText(row.p99),
      ]),
    },
  };
}
