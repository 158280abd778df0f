import { stringify } from 'csv-stringify/sync';
import { ROW_COLUMNS, type Row } from '../../model/experiment/result.ts';

/**
 * The rows as CSV (RFC 4180 quoting, line feeds) under ROW_COLUMNS; a figure that cannot be had is empty. A name that a
 * spreadsheet would run as a formula is led by an apostrophe.
 */
export function rowsToCsv(rows: readonly Row[]): string {
  return stringify([...rows], { header: true, columns: [...ROW_COLUMNS], escape_formulas: true });
}
