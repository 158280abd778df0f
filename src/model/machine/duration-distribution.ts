import type { Nanoseconds } from '../kernel/units.ts';

/** How long something takes, drawn anew each time. */
export type DurationDistribution =
  | { readonly kind: 'constant'; readonly mean: Nanoseconds }
  | { readonly kind: 'exponential'; readonly mean: Nanoseconds }
  | { readonly kind: 'lognormal'; readonly mean: Nanoseconds; readonly cv: number };
