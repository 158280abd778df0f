import { medianSorted } from 'simple-statistics';
import type { BenchRecord, RecordSamples, TakenSamples } from './record.ts';

/** The median of one workload's measured samples at one level; warm-up is left out. */
export interface SampleSummary {
  readonly level: number;
  readonly workload: string;
  readonly class: RecordSamples['class'];
  readonly unit: RecordSamples['unit'];
  readonly n: number;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** Chance that [low, high] covers the true median: at least what was asked for, unless n is too small for it. */
  readonly confidence: number;
}

const DEFAULT_CONFIDENCE = 0.95;

/** @returns the measured values, without warm-up, in the order they were taken */
export function measuredValues(samples: TakenSamples): readonly number[] {
  return samples.values.slice(samples.warmUp);
}

/**
 * The median with a distribution-free interval: from the k-th smallest to the k-th largest sample, k as large as the
 * confidence allows. The number of samples below the true median is Binomial(n, 1/2) whatever the distribution
 * (David & Nagaraja, "Order Statistics", 3rd ed., section 7.1), provided that the samples are independent.
 */
export function summarise(samples: TakenSamples, confidence = DEFAULT_CONFIDENCE): SampleSummary {
  const sorted = [...measuredValues(samples)].sort((a, b) => a - b);
  const { rank, coverage } = medianInterval(sorted.length, confidence);
  return {
    level: samples.level,
    workload: samples.workload,
    class: samples.class,
    unit: samples.unit,
    n: sorted.length,
    median: medianSorted(sorted),
    low: sorted[rank - 1]!,
    high: sorted[sorted.length - rank]!,
    confidence: coverage,
  };
}

/**
 * The largest k such that the k-th smallest and the k-th largest of n samples enclose the median with at least the
 * confidence asked for, and the chance that they do. With too few samples k is 1 and the chance is lower.
 */
export function medianInterval(
  n: number,
  confidence: number,
): { readonly rank: number; readonly coverage: number } {
  // P(B <= k - 1), B ~ Binomial(n, 1/2), is the chance that the median lies below the k-th smallest sample.
  let logTerm = -n * Math.LN2;
  let below = Math.exp(logTerm);
  let rank = 1;
  let coverage = 1 - 2 * below;
  for (let k = 2; 2 * k <= n + 1; k++) {
    logTerm += Math.log((n - k + 2) / (k - 1));
    below += Math.exp(logTerm);
    if (1 - 2 * below < confidence) break;
    rank = k;
    coverage = 1 - 2 * below;
  }
  return { rank, coverage };
}

/** Workloads whose levels did not compute the same: they did not do the same work, and must not be compared. */
export function checksumDisagreements(record: BenchRecord): readonly string[] {
  const checksums = new Map<string, Set<string>>();
  for (const { workload, checksum } of record.samples) {
    if (checksum === null) continue;
    checksums.set(workload, (checksums.get(workload) ?? new Set()).add(checksum));
  }
  return [...checksums].filter(([, seen]) => seen.size > 1).map(([workload]) => workload);
}
