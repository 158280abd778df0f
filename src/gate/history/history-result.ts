import { CHANGE_POINT_RULES, type ChangePoint, changePoints } from './change-points.ts';
import type { History } from './read-history.ts';

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
