import { medianSorted } from 'simple-statistics';
/**
 * One prediction against what it predicts, in one unit. What `nestmark verify` prints, whatever it verifies; the
 * renderer is report/terminal/comparison-table.ts.
 */
export interface Comparison {
  /** What was predicted, e.g. `hypercall, L3`. */
  readonly name: string;
  readonly unit: string;
  readonly measured: number;
  readonly predicted: number;
  /** Of the prediction, where its parameters have one. */
  readonly interval: readonly [low: number, high: number] | null;
  /** Whether the model was calibrated on this very figure; such rows say nothing about prediction. */
  readonly fitted: boolean;
}

/** (predicted - measured) / measured. */
export function relativeError({ measured, predicted }: Comparison): number {
  return (predicted - measured) / measured;
}

/** Absolute relative errors of what was not fitted. */
export interface ErrorSummary {
  readonly count: number;
  readonly median: number;
  readonly largest: number;
  /** Share of the predictions whose interval holds the measured value, of those that have one; null without any. */
  readonly covered: number | null;
}

/** @returns null when every row was fitted: nothing was predicted. */
export function summariseErrors(comparisons: readonly Comparison[]): ErrorSummary | null {
  const predicted = comparisons.filter(({ fitted }) => !fitted);
  if (predicted.length === 0) return null;
  const errors = predicted.map((row) => Math.abs(relativeError(row))).sort((a, b) => a - b);
  const withInterval = predicted.filter(({ interval }) => interval !== null);
  const inside = withInterval.filter(
    ({ measured, interval }) => measured >= interval![0] && measured <= interval![1],
  );
  return {
    count: errors.length,
    median: medianSorted(errors),
    largest: errors.at(-1)!,
    covered: withInterval.length === 0 ? null : inside.length / withInterval.length,
  };
}
