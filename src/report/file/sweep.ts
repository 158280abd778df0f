import { stringify } from 'csv-stringify/sync';
import { ROW_COLUMNS } from '../../model/experiment/result.ts';
import type { Sweep } from '../../model/experiment/sweep.ts';
import { valueText } from '../../model/scenario/setting.ts';
import { jsonText } from './json-text.ts';

/** Tidy: every row of every simulated cell, led by a column for each axis; refused cells have no rows. */
export function sweepToCsv({ axes, cells }: Sweep): string {
  const lines = cells.flatMap((cell) =>
    cell.status === 'refused'
      ? []
      : cell.rows.map((row) => [
          ...cell.settings.map(valueText),
          ...ROW_COLUMNS.map((column) => row[column]),
        ]),
  );
  const columns = [...axes.map(({ name }) => name), ...ROW_COLUMNS];
  return stringify(lines, { header: true, columns, escape_formulas: true });
}

/** One JSON document with a trailing newline; numbers are not rounded. */
export function sweepToJson(sweep: Sweep): string {
  return jsonText(sweep);
}
