export const BASES = ['measured', 'published', 'derived', 'assumed'] as const;

/** What a number rests on. */
export type Basis = (typeof BASES)[number];

/**
 * A number with where it came from and how sure it is. `low` and `high` bound a 95 % interval when `basis` is
 * `measured` or `published`, and the range we would defend when it is `derived` or `assumed`.
 */
export interface Figure<T extends number = number> {
  readonly value: T;
  readonly low: T;
  readonly high: T;
  readonly basis: Basis;
  readonly source: string;
}
