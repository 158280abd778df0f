/** A uniform random number in [0, 1). */
export type Uniform = () => number;

/** An interval around a value. */
export interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * A number computed from samples, with the same computation done on each bootstrap resample. Replicate b of two
 * estimates belongs to the same resample of everything, so what is computed from both keeps their dependence.
 */
export interface Estimate {
  readonly value: number;
  readonly replicates: Float64Array;
}

/** Any function of estimates, carried through the resamples. All must have the same number of replicates. */
export function combine(parts: readonly Estimate[], how: (values: readonly number[]) => number): Estimate {
  const replicates = new Float64Array(parts[0]?.replicates.length ?? 0);
  for (let b = 0; b < replicates.length; b++) {
    replicates[b] = how(parts.map((part) => part.replicates[b]!));
  }
  return { value: how(parts.map((part) => part.value)), replicates };
}

export const difference = (a: Estimate, b: Estimate): Estimate => combine([a, b], ([x, y]) => x! - y!);

/** The 95 % percentile interval of the bootstrap; it always contains the value itself. */
export function percentileInterval(estimate: Estimate): Interval {
  const sorted = estimate.replicates.toSorted();
  const last = sorted.length - 1;
  return {
    value: estimate.value,
    low: Math.min(estimate.value, sorted[Math.floor(0.025 * last)] ?? estimate.value),
    high: Math.max(estimate.value, sorted[Math.ceil(0.975 * last)] ?? estimate.value),
  };
}

/** Standard error by the bootstrap. */
export function standardError({ replicates }: Estimate): number {
  if (replicates.length < 2) return 0;
  const mean = replicates.reduce((sum, replicate) => sum + replicate, 0) / replicates.length;
  let sum = 0;
  for (const replicate of replicates) sum += (replicate - mean) ** 2;
  return Math.sqrt(sum / (replicates.length - 1));
}
