import { LogHistogram, type LogHistogramData } from '../kernel/statistics/log-histogram.ts';
import { smoothedQuantile } from '../kernel/statistics/smoothed-quantile.ts';
import type { ResponseMeasurement } from '../machine/measurement.ts';

/** The tail that people feel: the slowest of twenty. */
const TAIL = 0.95;

/**
 * How much longer the 95th percentile of response is than alone on the metal; null when there is nothing to compare.
 *
 * The jobs that end within a window are not quite the same in both machines, and one long job more or less among a
 * hundred moves a 95th percentile by a third. Each side is therefore taken over the 95th percentile of what its own
 * jobs demanded: a control that tends to the same number on both sides, and cancels the luck of the draw on each.
 *
 * Percentiles are smoothed (`smoothedQuantile`): of some 70 actions the plain one is the fourth from the top, and its
 * ratio's variance was four to five times the smoothed one's (60 replications of the lab in docs/machine.md).
 */
export function tailSlowdown(
  nested: readonly ResponseMeasurement[],
  alone: readonly ResponseMeasurement[],
): number | null {
  const together = tailStretch(nested);
  const reference = tailStretch(alone);
  return together === null || reference === null ? null : together / reference;
}

function tailStretch(responses: readonly ResponseMeasurement[]): number | null {
  if (responses.every(({ count }) => count === 0)) return null;
  const answered = together(responses.map(({ histogram }) => histogram));
  const demanded = together(responses.map(({ demands }) => demands));
  return smoothedQuantile(answered, TAIL) / smoothedQuantile(demanded, TAIL);
}

/** That of one seat, of which an answer has hundreds, is taken as it is. */
function together(histograms: readonly LogHistogramData[]): LogHistogramData {
  return histograms.length === 1 ? histograms[0]! : merged(histograms).data();
}

/** All response times, in nanoseconds. */
export const mergedResponses = (responses: readonly ResponseMeasurement[]): LogHistogram =>
  merged(responses.map(({ histogram }) => histogram));

function merged(histograms: readonly LogHistogramData[]): LogHistogram {
  const all = new LogHistogram();
  for (const histogram of histograms) all.add(histogram);
  return all;
}
