import { logAxis } from '../chart/axis.ts';
import { type Chart, type ChartTable, number, text } from '../chart/chart.ts';
import { intervalLines, type LinePoint } from '../chart/interval-lines.ts';
import { colour } from '../chart/theme.ts';
import { type Interval, meanText, rangeText } from '../text/figure.ts';
import { type Beside, type BesideGroup, changeOf } from './beside.ts';

/** One group as a table: what each says, and each further one over the first. */
export function besideTable({ documents }: Beside, { rows }: BesideGroup): ChartTable {
  const further = documents.slice(1);
  const first = documents[0]!.name;
  const compared = rows.some((row) => further.some((_, index) => changeOf(row, index + 1) !== null));
  return {
    columns: [
      text('Figure'),
      number(first),
      ...further.flatMap(({ name }) => [
        number(name),
        ...(compared ? [number(`× ${first}`), number('interval')] : []),
      ]),
    ],
    rows: rows.map((row) => [
      row.name,
      row.cells[0]?.text ?? '',
      ...further.flatMap((_, index) => {
        const change = changeOf(row, index + 1);
        const cell = row.cells[index + 1]?.text ?? '';
        return compared
          ? [cell, change === null ? '' : meanText(change), change === null ? '' : intervalText(change)]
          : [cell];
      }),
    ]),
  };
}

/** Of two figures that are exact there is none. */
const intervalText = (change: Interval): string => (change.low === change.high ? '' : rangeText(change));

/** Beyond so many lines nobody reads a chart: those that change most are drawn. */
const LINES = 30;

/** Each drawn figure over the first document's; null when there is no ratio to draw. */
export function besideChart(beside: Beside): Chart | null {
  const { documents, groups } = beside;
  const further = documents.slice(1);
  const changes = groups
    .filter(({ drawn }) => drawn)
    .flatMap(({ rows }) => rows)
    .map((row) => ({ row, ratios: further.map((_, index) => changeOf(row, index + 1)) }))
    .filter(({ ratios }) => ratios.some((ratio) => ratio !== null));
  if (changes.length === 0) return null;
  const sizeOf = ({ ratios }: (typeof changes)[number]): number =>
    Math.max(...ratios.map((ratio) => (ratio === null ? 0 : Math.abs(Math.log(ratio.mean)))));
  const least = changes.map(sizeOf).sort((a, b) => b - a)[LINES - 1] ?? 0;
  const drawn = changes.filter((change) => sizeOf(change) >= least).slice(0, LINES);
  const points = drawn.flatMap(({ row, ratios }, line) =>
    ratios.flatMap((ratio, series): LinePoint[] =>
      ratio === null
        ? []
        : [
            {
              ...{ line, series, value: ratio.mean, low: ratio.low, high: ratio.high },
              tip: `${row.name}: ${further[series]!.name} ${row.cells[series + 1]!.text}, ${documents[0]!.name} ${row.cells[0]!.text}`,
              label: `${meanText(ratio)}×`,
            },
          ],
    ),
  );
  const first = documents[0]!.name;
  const left = changes.length - drawn.length;
  return {
    name: 'beside',
    title: `Against ${first}`,
    reading: `Logarithmic axis: 1× is ${first}. ${beside.intervals}${left === 0 ? '' : ` The ${drawn.length} that differ most are drawn; ${left} more are in the tables.`}`,
    description: beside.answer.sentence,
    spec: (layout) =>
      intervalLines(
        {
          lines: drawn.map(({ row }) => ({ label: row.name, heading: false })),
          series: further.map(({ name }, lane) => ({
            ...{ name, filled: true, lane },
            colour: COLOURS[lane % COLOURS.length]!,
            shape: SHAPES[lane % SHAPES.length]!,
          })),
          points,
          axis: logAxis(
            [1, ...points.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value])],
            {
              title: `${first} = 1×`,
              suffix: '×',
              margin: layout.narrow ? [0.08, 0.28] : [0.14, 0.14],
            },
          ),
          nameWidth: 260,
          compact: further.length > 1,
          references: [{ value: 1, label: '', emphatic: false }],
        },
        layout,
      ),
    table: {
      columns: [
        text('Figure'),
        text('Of'),
        number(first),
        number('Its own'),
        number(`× ${first}`),
        number('interval'),
      ],
      rows: drawn.flatMap(({ row, ratios }) =>
        ratios.flatMap((ratio, index) =>
          ratio === null
            ? []
            : [
                [
                  row.name,
                  further[index]!.name,
                  row.cells[0]!.text,
                  row.cells[index + 1]!.text,
                  meanText(ratio),
                  intervalText(ratio),
                ],
              ],
        ),
      ),
    },
  };
}

const COLOURS = [colour('work'), colour('overhead'), colour('level-3'), colour('level-0'), colour('limit')];
const SHAPES = ['circle', 'square', 'triangle-up', 'diamond', 'cross'];
