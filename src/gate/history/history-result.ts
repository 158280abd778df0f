import { CHANGE_POINT_RULES, type ChangePoint, changePoints } from './change-points.ts';
import type { History } from './read-history.ts';

/** With fewer records no change can be told from chance: two parts of the shortest length each. */
export const FEWEST_RECORDS = 2 * CHANGE_POINT_RULES.shortest;

/** Whether any metric has enough records for a change to be told. */
export const isLongEnough = ({ histories }: Pick<HistoryResult, 'histories'>): boolean =>
  histories.some(({ points }) => points.length >= FEWEST_RECORDS);

/** Overhead ratios over time and where they changed: what `nestmark history` writes and a report shows. */
export interface HistoryResult {
  readonly schema: 'nestmark/history@1';
  readonly version: string;
  readonly folder: string;
  readonly records: number;
  readonly histories: readonly (History & { readonly changes: readonly ChangePoint[] })[];
}

/** Changes of each history, looked for in its records' medians. */
export function withChanges(histories: readonly History[], leastEffect: number): HistoryResult['histories'] {
  return histories.map((history) => ({
    ...history,
    changes: changePoints(
      history.points.map(({ median }) => median),
      { ...CHANGE_POINT_RULES, leastEffect },
    ),
  }));
}
