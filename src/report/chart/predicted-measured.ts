import type { TopLevelSpec } from 'vega-lite';
import type { Calibration } from '../../model/scenario/platform.ts';
import { logAxis } from './axis.ts';
import type { Chart, Layout } from './chart.ts';
import { namesOf } from './names.ts';
import { calibrationSeries, residualsTable, residualTip, seriesIndexOf, signedPercent } from './residuals.ts';
import { colour } from './theme.ts';

/** Predicted against measured cost with the line on which they are equal; null when nothing was compared. */
export function predictedMeasuredChart({ residuals, record }: Calibration): Chart | null {
  const shown = residuals.filter(({ measured, predicted }) => measured > 0 && predicted > 0);
  if (shown.length === 0) return null;
  const errors = shown.map(({ error }) => Math.abs(error)).sort((a, b) => a - b);
  const typical = errors[Math.floor((errors.length - 1) / 2)]!;
  return {
    name: 'predicted-measured',
    title: 'Predicted against measured cost of an operation',
    reading: `Both axes are logarithmic. On the line, prediction and measurement are equal; above it the profile predicts too much. The shaded band is 10 % either way.${record.clock === 'instructions' ? ' Times are counted instructions times a fixed step.' : ''}`,
    description: `Half of the ${shown.length} predictions are within ${signedPercent(typical).replace('+', '')} of what was measured.`,
    spec: (layout) => specOf(shown, layout),
    table: residualsTable(residuals),
  };
}

/** The band of 10 % either way. */
const BAND = 1.1;

function specOf(shown: Calibration['residuals'], { width, narrow }: Layout): TopLevelSpec {
  const series = calibrationSeries(shown);
  const axis = logAxis(
    shown.flatMap(({ measured, predicted }) => [measured, predicted]),
    { title: '', suffix: ' ns', margin: [0.06, 0.06] },
  );
  const [from, to] = axis.domain;
  const seriesNames = namesOf(
    'seriesNames',
    series.map(({ name }) => name),
  );
  const used = series.map((_, index) => String(index));
  const domain: number[] = [from, to];
  const scale = { type: 'log', domain, nice: false } as const;
  const label =
    "datum.value >= 1e9 ? format(datum.value / 1e9, ',.9~f') + ' s' : datum.value >= 1e6 ? format(datum.value / 1e6, ',.9~f') + ' ms' : datum.value >= 1e3 ? format(datum.value / 1e3, ',.9~f') + ' µs' : format(datum.value, ',.9~f') + ' ns'";
  const axisOf = (title: string) =>
    ({ title, values: axis.ticks ?? [], labelExpr: label, labelColor: colour('muted'), grid: true }) as const;
  const legend = { labelExpr: seriesNames.lookup } as const;
  const of = (range: string[]) =>
    ({ field: 'series', type: 'nominal', scale: { domain: used, range }, legend }) as const;
  const line = [from, from * BAND, to / BAND, to].map((value) => ({
    value,
    low: Math.max(value / BAND, from),
    high: Math.min(value * BAND, to),
  }));
  const xOf = (field: string) => ({ field, type: 'quantitative', scale, axis: axisOf('measured') }) as const;
  const yOf = (field: string) => ({ field, type: 'quantitative', scale, axis: axisOf('predicted') }) as const;
  return {
    width: narrow ? width : Math.min(width, 620),
    height: narrow ? 280 : 420,
    autosize: { type: 'fit', contains: 'padding' },
    params: [seriesNames.parameter],
    layer: [
      {
        data: { values: line },
        mark: { type: 'area', color: colour('rule'), opacity: 0.55, clip: false },
        encoding: { x: xOf('value'), y: yOf('low'), y2: { field: 'high' } },
      },
      {
        data: { values: line },
        mark: { type: 'line', color: colour('muted'), strokeWidth: 1.25 },
        encoding: { x: xOf('value'), y: yOf('value') },
      },
      {
        data: {
          values: shown.map((residual) => ({
            measured: residual.measured,
            predicted: residual.predicted,
            series: String(seriesIndexOf(series, residual)),
            tip: residualTip(residual),
          })),
        },
        mark: { type: 'point', size: narrow ? 60 : 80, strokeWidth: 2, opacity: 1 },
        encoding: {
          x: xOf('measured'),
          y: yOf('predicted'),
          shape: of(series.map(({ shape }) => shape)),
          fill: of(series.map((one) => (one.filled ? one.colour : colour('paper')))),
          stroke: of(series.map((one) => one.colour)),
          tooltip: { field: 'tip' },
        },
      },
    ],
  };
}
