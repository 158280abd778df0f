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
      series: series.findIndex((one) => one.level === residual.level && one.filled === residual.fitted),
      value: residual.error * 100,
      low: null,
      high: null,
      tip: residualTip(residual),
    }),
  );
  const worst = residuals.reduce((a, b) => (Math.abs(b.error) > Math.abs(a.error) ? b : a));
  const heldOut = residuals.filter(({ fitted }) => !fitted).length;
  return {
    name: 'residuals',
    title: 'How far the fitted costs are off, by workload',
    reading: `Predicted minus measured, in percent of the measured cost; 0 % is exact. ${heldOut === 0 ? 'All of these were fitted on: they say how well the model fits, not how well it foresees.' : 'Filled symbols were fitted on, hollow ones were kept out of the fit and test it.'}`,
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

/** One series for each level, fitted and held out apart: filled and hollow. */
export function calibrationSeries(
  residuals: readonly CalibrationResidual[],
): (Series & { readonly level: number })[] {
  const levels = [...new Set(residuals.map(({ level }) => level))].sort((a, b) => a - b);
  return levels.flatMap((level, lane) =>
    [true, false]
      .filter((fitted) =>
        residuals.some((residual) => residual.level === level && residual.fitted === fitted),
      )
      .map((fitted) => ({
        level,
        name: `${levelName(level)}, ${fitted ? 'fitted on' : 'held out'}`,
        colour: levelColour(level),
        shape: levelShape(level),
        filled: fitted,
        lane,
      })),
  );
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
      text('Used for'),
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
        residual.fitted ? 'fitting' : 'testing',
      ];
    }),
  };
}
