import { type ConfidenceInterval, confidenceInterval } from './confidence-interval.ts';

export interface PrecisionRule {
  /** Half-width wanted, as a share of the mean's magnitude: 0.05 for +-5 %. */
  readonly relativePrecision: number;
  readonly confidence: number;
  /** Replications (or batches) before the first look. */
  readonly minimum: number;
  /** Replications after which to stop whether precise or not. */
  readonly maximum: number;
}

export interface PrecisionVerdict {
  readonly decision: 'precise' | 'exhausted' | 'continue';
  readonly interval: ConfidenceInterval;
  /** Half-width over the mean's magnitude; null where there is none: fewer than two values, or a mean of 0. */
  readonly relativeHalfWidth: number | null;
  /** How many values there should be before the next look; `interval.n` once it is decided. */
  readonly nextLook: number;
}

/** Looks grow by this factor, so that there are few: each look is one more chance to stop by luck. */
const GROWTH = 1.5;

/**
 * Whether enough independent values (means of replications, or of batches) are there for the precision wanted, and
 * how many to have before asking again. A pure function: the same values give the same verdict, however many workers
 * made them.
 *
 * Stopping the first time an interval is short enough favours samples whose variance came out small, and the
 * interval then covers the truth less often than it says (Law and Kelton, "Confidence intervals for steady-state
 * simulations II", Management Science 28(5), 1982). Against that: a minimum; looks spaced geometrically
 * (Heidelberger and Welch, "Simulation run length control in the presence of an initial transient", Operations
 * Research 31(6), 1983), the next one where the variance seen says the precision will be reached.
 */
export function precisionVerdict(values: readonly number[], rule: PrecisionRule): PrecisionVerdict {
  const interval = confidenceInterval(values, rule.confidence);
  const n = values.length;
  const relativeHalfWidth =
    interval.halfWidth === null || interval.mean === 0 ? null : interval.halfWidth / Math.abs(interval.mean);
  const precise =
    n >= rule.minimum && relativeHalfWidth !== null && relativeHalfWidth <= rule.relativePrecision;
  if (precise) return { decision: 'precise', interval, relativeHalfWidth, nextLook: n };
  if (n >= rule.maximum) return { decision: 'exhausted', interval, relativeHalfWidth, nextLook: n };
  return {
    decision: 'continue',
    interval,
    relativeHalfWidth,
    nextLook: nextLook(n, relativeHalfWidth, rule),
  };
}

function nextLook(n: number, relativeHalfWidth: number | null, rule: PrecisionRule): number {
  if (n < rule.minimum) return Math.min(rule.minimum, rule.maximum);
  const shortfall = relativeHalfWidth === null ? GROWTH : relativeHalfWidth / rule.relativePrecision;
  const needed = Math.ceil(n * Math.min(shortfall * shortfall, GROWTH));
  return Math.min(Math.max(needed, n + 1), rule.maximum);
}
