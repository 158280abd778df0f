import { stringify } from 'csv-stringify/sync';
import { COMPARED_COLUMNS, type ScenarioComparison } from '../../model/experiment/comparison.ts';

/** The compared rows as CSV, as rowsToCsv writes rows. */
export function comparisonToCsv({ rows }: ScenarioComparison): string {
  return stringify([...rows], { header: true, columns: [...COMPARED_COLUMNS], escape_formulas: true });
}

/** One JSON document with a trailing newline; numbers are not rounded. */
export function comparisonToJson(comparison: ScenarioComparison): string {
  return `${JSON.stringify(comparison, null, 2)}\n`;
}

/** The comparison alone when there is one. */
export function comparisonsToJson(comparisons: readonly ScenarioComparison[]): string {
  const [only] = comparisons;
  if (comparisons.length === 1) return comparisonToJson(only!);
  return `${JSON.stringify({ schema: 'nestmark/comparisons@1', comparisons }, null, 2)}\n`;
}
