import type { Metric, Row, TargetVerdict } from '../../model/experiment/result.ts';
import { figureText, meanText, plainText, rangeText, settingText } from '../text/figure.ts';
import { levelName } from '../text/wording.ts';
import { linearAxis, logAxis } from './axis.ts';
import { type Chart, number, text } from './chart.ts';
import { intervalLines, type LinePoint } from './interval-lines.ts';
import { colour } from './theme.ts';

/** From this factor between the largest and smallest slowdown on, a linear axis hides the small ones. */
const LOGARITHMIC_FROM = 12;

const SERIES: readonly { readonly metric: Metric; readonly name: string }[] = [
  { metric: 'slowdown', name: 'mean response' },
  { metric: 'slowdown-p95', name: '95th percentile' },
];

/** Mean and tail slowdown by role, with the limit asked for; null without any. */
export function slowdownChart(rows: readonly Row[], targets: readonly TargetVerdict[]): Chart | null {
  const shown = rows.filter(({ metric }) => SERIES.some((series) => series.metric === metric));
  const limits = targets.filter(({ unit }) => unit === 'ratio').map(({ limit }) => limit);
  const slowest = shown.reduce<Row | null>((a, b) => (a === null || b.mean > a.mean ? b : a), null);
  if (slowest === null) return null;
  const roles = rolesOf(shown);
  const points = shown.map((row): LinePoint => {
    const series = SERIES.findIndex(({ metric }) => metric === row.metric);
    return {
      line: roles.findIndex(({ key }) => key === roleKey(row)),
      series,
      value: row.mean,
      low: row.low,
      high: row.high,
      tip: `${row.entity}, ${SERIES[series]!.name}: ${figureText(row, row.unit)} that of the same VM alone on the metal`,
      label: `${meanText(row)}×`,
    };
  });
  const bounds = shown.flatMap(({ mean, low, high }) => [mean, low ?? mean, high ?? mean]);
  const wide = Math.max(...bounds) / Math.min(...bounds.filter((bound) => bound > 0), 1) > LOGARITHMIC_FROM;
  const axisTitle = 'response against the same VM alone on the metal';
  return {
    name: 'slowdown',
    title: 'How much slower each role answers than alone on the metal',
    reading: `${wide ? 'Logarithmic' : 'Linear'} axis: 1× is as fast as the same VM alone on the metal. Symbols are means over replications, bars 95 % intervals.`,
    description: `Slowest is ${slowest.entity} with ${figureText(slowest, slowest.unit)} at the ${slowest.metric === 'slowdown' ? 'mean' : '95th percentile'}.`,
    spec: (layout) => {
      const margin: readonly [number, number] = layout.narrow ? [0.02, 0.24] : [0.02, 0.1];
      return intervalLines(
        {
          lines: roles.map(({ label }) => ({ label, heading: false })),
          series: [
            {
              name: SERIES[0]!.name,
              colour: colour('work'),
              shape: 'circle',
              filled: false,
              lane: 0,
            },
            {
              name: SERIES[1]!.name,
              colour: colour('overhead'),
              shape: 'circle',
              filled: true,
              lane: 1,
            },
          ],
          points,
          axis: wide
            ? logAxis([1, ...bounds, ...limits], { title: axisTitle, suffix: '×', margin })
            : linearAxis(bounds, { title: axisTitle, suffix: '×', include: [1, ...limits], margin }),
          compact: false,
          references: [
            { value: 1, label: '', emphatic: false },
            ...limits.map((limit) => ({
              value: limit,
              label: `limit for the probe’s p95: ${settingText(limit)}×`,
              emphatic: true,
            })),
          ],
        },
        layout,
      );
    },
    table: {
      columns: [
        text('Role'),
        text('Level'),
        text('Figure'),
        number('Slowdown'),
        number('95 % interval'),
        number('Replications'),
      ],
      rows: shown.map((row) => [
        row.entity,
        levelName(row.level),
        SERIES.find(({ metric }) => metric === row.metric)!.name,
        `${meanText(row)}×`,
        rangeText(row),
        String(row.n),
      ]),
    },
  };
}

/** A role at one level, labelled with the level only where its name stands at several. */
export function rolesOf(rows: readonly Row[]): { readonly key: string; readonly label: string }[] {
  const roles = new Map<string, Row>();
  for (const row of rows) if (!roles.has(roleKey(row))) roles.set(roleKey(row), row);
  const all = [...roles.values()];
  return [...roles].map(([key, { entity, level }]) => ({
    key,
    label:
      all.filter((other) => other.entity === entity).length > 1 ? `${entity} (${levelName(level)})` : entity,
  }));
}

export const roleKey = ({ entity, level }: Row): string => JSON.stringify([entity, level]);

/** A percentile that may not exist. */
export const percentileText = (value: number | null): string => (value === null ? '' : plainText(value));
