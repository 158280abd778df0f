import { PLANNED_LOOKS } from './result.ts';
import type { DecisionRules } from './verdict.ts';

/**
 * Each look of a gate with a budget spends an equal part of alpha. The chance of an error at any of them is then at
 * most their sum, however what is seen at the second depends on the first, which it contains: no error is made more
 * likely by having looked. Unlike boundaries worked out for normal increments, this holds for rank tests, and for any
 * number of blocks that the second look turns out to have.
 */
export function rulesOfLook(rules: DecisionRules, budget: number | null): DecisionRules {
  return budget === null ? rules : { ...rules, alpha: rules.alpha / PLANNED_LOOKS };
}
