import { ENDS, type Sensitivity, type SensitivityRow } from '../../model/experiment/sensitivity.ts';
import { plainText } from '../text/figure.ts';
import { parameterName, parameterValue } from '../text/parameter.ts';
import { linearAxis } from './axis.ts';
import { type Chart, number, sentence, text } from './chart.ts';
import { intervalLines, type LinePoint, type Series } from './interval-lines.ts';
import { colour } from './theme.ts';

const SERIES: readonly Series[] = [
  {
    name: 'at the low end of its interval',
    colour: colour('work'),
    shape: 'triangle-left',
    filled: true,
    lane: 0,
  },
  {
    name: 'at the high end',
    colour: colour('overhead'),
    shape: 'triangle-right',
    filled: true,
    lane: 1,
  },
];

/** Which number moves the answer most, the longest line first; null when none does. */
export function sensitivityChart({ rows, answer }: Sensitivity): Chart | null {
  const [most] = rows;
  if (most === undefined) return null;
  const points = rows.flatMap((row, line) =>
    ENDS.map((end, series): LinePoint => {
      const { difference, low, high, answer: value } = end === 'low' ? row.atLow : row.atHigh;
      return {
        ...{ line, series },
        value: answer.mean + difference,
        low: low === null ? null : answer.mean + low,
        high: high === null ? null : answer.mean + high,
        tip: `${parameterName(row.parameter)} at ${parameterValue(row, row.figure[end])}: ${plainText(value)} × instead of ${plainText(answer.mean)} ×`,
      };
    }),
  );
  return {
    name: 'sensitivity',
    title: 'Which assumption moves the answer most',
    reading: `Slowdown at p95 of ${answer.entity} when one number is at an end of its interval and all others are at their values, with the same random numbers. The line is where all are at their values (${plainText(answer.mean)} ×). Bars are 95 % intervals of the difference.`,
    description: `${parameterName(most.parameter)} moves it most: ${plainText(most.atLow.answer)} × to ${plainText(most.atHigh.answer)} ×.`,
    spec: (layout) =>
      intervalLines(
        {
          lines: rows.map(({ parameter }) => ({ label: parameterName(parameter), heading: false })),
          series: SERIES,
          points,
          axis: linearAxis(
            [answer.mean, ...points.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value])],
            { title: 'slowdown at p95', suffix: '×', include: [], margin: [0.06, 0.06] },
          ),
          compact: true,
          nameWidth: 300,
          references: [{ value: answer.mean, label: '', emphatic: true }],
          stem: answer.mean,
        },
        layout,
      ),
    table: {
      columns: [
        text('Number'),
        number('Value'),
        number('Low'),
        number('High'),
        text('Basis'),
        number('Answer at low'),
        number('Answer at high'),
        sentence('Source'),
      ],
      rows: rows.map((row) => [
        parameterName(row.parameter),
        ...(['value', 'low', 'high'] as const).map((which) => parameterValue(row, row.figure[which])),
        row.figure.basis,
        movedText(row, 'atLow'),
        movedText(row, 'atHigh'),
        row.figure.source,
      ]),
    },
  };
}

function movedText(row: SensitivityRow, which: 'atLow' | 'atHigh'): string {
  const { answer, difference } = row[which];
  return `${plainText(answer)} × (${difference < 0 ? '−' : '+'}${plainText(Math.abs(difference))})`;
}
