import type { Row } from './result.ts';

/** The row of a metric with the largest mean; null without any. */
export function worstRow<R extends Row>(rows: readonly R[], metric: Row['metric']): R | null {
  return rows
    .filter((row) => row.metric === metric)
    .reduce<R | null>((found, row) => (found === null || row.mean > found.mean ? row : found), null);
}

/** The rows that say how the lab feels: the tail slowdown of the probe's roles, of every role when none is a probe. */
export function tailRows<R extends Pick<Row, 'entity' | 'metric'>>(
  rows: readonly R[],
  probes: ReadonlySet<string>,
): readonly R[] {
  const tails = rows.filter(({ metric }) => metric === 'slowdown-p95');
  const ofProbes = tails.filter(({ entity }) => probes.has(entity));
  return ofProbes.length > 0 ? ofProbes : tails;
}
