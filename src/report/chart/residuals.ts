import type { Calibration, CalibrationResidual } from '../../model/scenario/platform.ts';
import { durationText, settingText } from '../text/figure.ts';
import { levelName } from '../text/wording.ts';
import { linearAxis } from './axis.ts';
import { type Chart, number, text } from './chart.ts';
import { intervalLines, type LinePoint, type Series } from './interval-lines.ts';
import { levelColour, levelShape } from './theme.ts';

/** How far the fitted profile is off, by workload and level; null when nothing was compared. */
export function residualsChart({ residuals }: Calibration): Chart | null {
  if (residuals.length === 0) return null;
  const workloads = [...new Set(residuals.map(({ workload }) => workload))];
  const series = calibrationSeries(residuals);
  const points = residuals.map(
    (residual): LinePoint => ({
      line: workloads.indexOf(residual.workload),
      series: seriesIndexOf(series, residual),
      value: residual.error * 100,
      low: null,
      high: null,
      tip: residualTip(residual),
    }),
  );
  const worst = residuals.reduce((a, b) => (Math.abs(b.error) > Math.abs(a.error) ? b : a));
  const levelHeldOut = residuals.some((residual) => useOf(residual) === 'level held out');
  const heldOut = residuals.filter(({ fitted }) => !fitted).length;
  return {
    name: 'residuals',
    title: 'How far the fitted costs are off, by workload',
    reading: `Predicted minus measured, in percent of the measured cost; 0 % is exact. ${heldOut === 0 ? 'All of these were fitted on: they say how well the model fits, not how well it foresees.' : 'Filled symbols were fitted on, hollow ones were kept out of the fit and test it.'}${levelHeldOut ? ' Crosses: what would be predicted if their whole level had not been measured.' : ''}`,
    description: `Largest error: ${signedPercent(worst.error)} for ${worst.workload} in ${levelName(worst.level)}${worst.fitted ? '' : ', which was not fitted on'}.`,
    spec: (layout) =>
      intervalLines(
        {
          lines: workloads.map((label) => ({ label, heading: false })),
          series,
          points,
          axis: linearAxis(
            residuals.map(({ error }) => error * 100),
            { title: 'predicted − measured', suffix: ' %', include: [-5, 5], margin: [0.06, 0.06] },
          ),
          compact: true,
          references: [{ value: 0, label: '', emphatic: false }],
          stem: 0,
        },
        layout,
      ),
    table: residualsTable(residuals),
  };
}

/** What a row was to the fit that predicted it. */
type Use = 'fitted on' | 'held out' | 'level held out';

/** How a table and a legend call that: a level that the fit never looks at is simply held out. */
export function useOf({ fitted, without, level }: CalibrationResidual): Use {
  if (fitted) return 'fitted on';
  return without === 'level' && level <= DEEPEST_FITTED ? 'level held out' : 'held out';
}

/** The fit looks at L1 and L2 (docs/method-calibration.md). */
const DEEPEST_FITTED = 2;
const USES: readonly Use[] = ['fitted on', 'held out', 'level held out'];

type CalibrationSeries = Series & { readonly level: number; readonly use: Use };

/** One series for each level and use: filled, hollow and a cross. */
export function calibrationSeries(residuals: readonly CalibrationResidual[]): CalibrationSeries[] {
  const levels = [...new Set(residuals.map(({ level }) => level))].sort((a, b) => a - b);
  return levels.flatMap((level, lane) =>
    USES.filter((use) =>
      residuals.some((residual) => residual.level === level && useOf(residual) === use),
    ).map((use) => ({
      ...{ level, use, lane },
      name: `${levelName(level)}, ${use}`,
      colour: levelColour(level),
      shape: use === 'level held out' ? 'cross' : levelShape(level),
      filled: use === 'fitted on',
    })),
  );
}

export function seriesIndexOf(series: readonly CalibrationSeries[], residual: CalibrationResidual): number {
  const use = useOf(residual);
  return series.findIndex((one) => one.level === residual.level && one.use === use);
}

export function residualTip(residual: CalibrationResidual): string {
  const measured = durationText({ mean: residual.measured, low: null, high: null });
  const predicted = durationText({ mean: residual.predicted, low: null, high: null });
  return `${residual.workload} in ${levelName(residual.level)}: measured ${measured.mean} ${measured.unit}, predicted ${predicted.mean} ${predicted.unit} (${signedPercent(residual.error)})`;
}

export function signedPercent(share: number): string {
  const percent = 100 * share;
  const text = settingText(Number(percent.toFixed(Math.abs(percent) < 99.95 ? 1 : 0)));
  return `${percent > 0 && text !== '0' ? '+' : ''}${text} %`;
}

export function residualsTable(residuals: readonly CalibrationResidual[]): Chart['table'] {
  return {
    columns: [
      text('Workload'),
      text('Level'),
      number('Measured'),
      number('Predicted'),
      number('Error'),
      text('Use'),
    ],
    rows: residuals.map((residual) => {
      const measured = durationText({ mean: residual.measured, low: null, high: null });
      const predicted = durationText({ mean: residual.predicted, low: null, high: null });
      return [
        residual.workload,
        levelName(residual.level),
        `${measured.mean} ${measured.unit}`,
        `${predicted.mean} ${predicted.unit}`,
        signedPercent(residual.error),
        useOf(residual),
      ];
    }),
  };
}
