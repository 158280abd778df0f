import type { DecisionRules } from './verdict.ts';

/** A gate with a budget looks at the data at most this often, which is settled before the first look. */
export const PLANNED_LOOKS = 2;

/** How often the data were looked at, and what was measured in between. */
export interface Looks {
  readonly planned: typeof PLANNED_LOOKS;
  readonly taken: 1 | typeof PLANNED_LOOKS;
  /** Chance of an error spent at each look. */
  readonly alpha: number;
  /** Blocks that each side might be measured more. */
  readonly budget: number;
  /** Valid blocks that were measured more, before the second look. */
  readonly more: { readonly baseline: number; readonly candidate: number };
}

/**
 * Each look of a gate with a budget spends an equal part of alpha. The chance of an error at any of them is then at
 * most their sum, however what is seen at the second depends on the first, which it contains: no error is made more
 * likely by having looked. Unlike boundaries worked out for normal increments, this holds for rank tests, and for any
 * number of blocks that the second look turns out to have.
 */
export function rulesOfLook(rules: DecisionRules, budget: number | null): DecisionRules {
  return budget === null ? rules : { ...rules, alpha: rules.alpha / PLANNED_LOOKS };
}
