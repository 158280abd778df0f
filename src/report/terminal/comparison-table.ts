import { type Comparison, relativeError, summariseErrors } from '../../verify/comparison.ts';
import { signedPercent } from '../chart/residuals.ts';
import { plainTable } from './plain-table.ts';

/** Predicted against measured, a row each, and the errors of what was not fitted in one line. */
export function renderComparisons(comparisons: readonly Comparison[], head: string): string {
  const rows = comparisons.map((row) => [
    row.name,
    row.fitted ? 'fitted on' : 'predicted',
    row.unit,
    threeDigits(row.measured),
    threeDigits(row.predicted),
    row.interval === null ? '' : row.interval.map(threeDigits).join(' … '),
    signedPercent(relativeError(row)),
  ]);
  const table = plainTable([head, '', 'Unit', 'Measured', 'Predicted', 'Interval', 'Error'], rows, 3);
  const summary = summariseErrors(comparisons);
  if (summary === null) return `${table}\n`;
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  const covered =
    summary.covered === null ? '' : `; ${percent(summary.covered)} of the intervals hold the measured value`;
  return `${table}\n\nError of the ${summary.count} predicted: median ${percent(summary.median)}, largest ${percent(summary.largest)}${covered}\n`;
}

const threeDigits = (value: number): string => {
  if (!Number.isFinite(value)) return String(value);
  const decimals = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en-US', { maximumFractionDigits: decimals, minimumFractionDigits: decimals });
};
