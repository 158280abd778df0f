import type { SimulatedCell, Sweep } from '../../model/experiment/sweep.ts';
import { valueText } from '../../model/scenario/setting.ts';
import { figureText, meanText, rangeText } from '../text/figure.ts';
import { linearAxis } from './axis.ts';
import { type Chart, number, text } from './chart.ts';
import { intervalLines } from './interval-lines.ts';
import { signedPercent } from './residuals.ts';
import { colour } from './theme.ts';

/** How each combination of a sweep feels, the calmest first; null when none has a probe. */
export function cellsChart(sweep: Sweep): Chart | null {
  const cells = sweep.cells
    .filter((cell): cell is SimulatedCell => cell.status === 'simulated')
    .flatMap((cell) => (cell.tail === null ? [] : [{ cell, tail: cell.tail }]))
    .sort((a, b) => a.tail.mean - b.tail.mean);
  const [best] = cells;
  const worst = cells.at(-1);
  if (best === undefined || worst === undefined) return null;
  const nameOf = ({ settings }: SimulatedCell): string =>
    settings.map((value, axis) => `${sweep.axes[axis]!.name} ${valueText(value)}`).join(', ');
  return {
    name: 'cells',
    title: 'How each combination feels',
    reading:
      '95th percentile of the probe’s response over the same alone on the metal, the worst of its roles. Bars are 95 % intervals over replications, all with the same random numbers.',
    description: `From ${figureText(best.tail, best.tail.unit)} (${nameOf(best.cell)}) to ${figureText(worst.tail, worst.tail.unit)} (${nameOf(worst.cell)}).`,
    spec: (layout) =>
      intervalLines(
        {
          lines: cells.map(({ cell }) => ({ label: nameOf(cell), heading: false })),
          series: [{ name: 'p95 slowdown', colour: colour('work'), shape: 'circle', filled: true, lane: 0 }],
          points: cells.map(({ cell, tail }, line) => ({
            line,
            series: 0,
            value: tail.mean,
            low: tail.low,
            high: tail.high,
            tip: `${nameOf(cell)}: ${figureText(tail, tail.unit)}`,
            label: `${meanText(tail)}×`,
          })),
          axis: linearAxis(
            cells.flatMap(({ tail }) => [tail.low ?? tail.mean, tail.high ?? tail.mean]),
            {
              title: 'p95 slowdown of the probe',
              suffix: '×',
              include: [1],
              margin: [0.02, layout.narrow ? 0.3 : 0.12],
            },
          ),
          compact: true,
          references: [],
        },
        layout,
      ),
    table: {
      columns: [
        text('Combination'),
        text('Role'),
        number('p95 slowdown'),
        number('95 % interval'),
        number('Against the first'),
      ],
      rows: cells.map(({ cell, tail }) => [
        nameOf(cell),
        tail.entity,
        `${meanText(tail)}×`,
        rangeText(tail),
        cell.change === null ? '' : signedPercent(cell.change.relative),
      ]),
    },
  };
}
