import { stringify } from 'csv-stringify/sync';
import type { Sensitivity } from '../../model/experiment/sensitivity.ts';

const COLUMNS = [
  ...['parameter', 'value', 'low', 'high', 'basis', 'source'],
  ...['answerAtLow', 'differenceAtLow', 'answerAtHigh', 'differenceAtHigh'],
];

/** One row a number; numbers are not rounded, and in base units (ns, bytes, shares). */
export function sensitivityToCsv({ rows }: Sensitivity): string {
  return stringify(
    rows.map(({ parameter, figure, atLow, atHigh }) => ({
      parameter,
      ...figure,
      ...{ answerAtLow: atLow.answer, differenceAtLow: atLow.difference },
      ...{ answerAtHigh: atHigh.answer, differenceAtHigh: atHigh.difference },
    })),
    { header: true, columns: COLUMNS, escape_formulas: true },
  );
}
