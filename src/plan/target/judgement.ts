import { exp, log } from '../../model/kernel/elementary.ts';
import { studentQuantile } from '../../model/kernel/special/student-quantile.ts';
import type { TrialOutcome } from '../trial/trial.ts';
import type { PlanTargets, TargetName } from './plan-targets.ts';

/** A target held against what trials saw. */
export interface TargetFigure {
  readonly target: TargetName | 'kept-up';
  readonly limit: number;
  /** Mean over replications; on the logarithm for ratios. */
  readonly mean: number;
  /** What the next class stays within, with the probability asked for. */
  readonly bound: number;
  readonly verdict: 'meets' | 'fails' | 'undecided';
}

export interface Judgement {
  readonly verdict: 'meets' | 'fails' | 'undecided';
  readonly figures: readonly TargetFigure[];
  readonly replications: number;
}

/** Of the jobs that arrive, how many must be finished for a queue to count as kept up with. */
const KEPT_UP = 0.9;

/**
 * Whether a class holds every target with probability `probability`.
 *
 * A replication is a class held once. With the sample mean m and deviation s of n of them, the next one stays below
 * m + t(probability, n - 1) s sqrt(1 + 1/n) with that probability (the prediction bound of a normal sample; Hahn and
 * Meeker, "Statistical Intervals", section 4.7). Slowdowns are taken on the logarithm. A target fails when its mean is
 * beyond the limit, and is undecided while only the bound is.
 */
export function judge(
  outcomes: readonly TrialOutcome[],
  targets: PlanTargets,
  probability: number,
): Judgement {
  const figures = [
    ratioFigure(
      'probe-p95-slowdown',
      outcomes.map(({ slowdownP95 }) => slowdownP95),
      targets.probeP95Slowdown,
      probability,
    ),
    shareFigure(
      'ready',
      outcomes.map(({ ready }) => ready.share),
      targets.ready,
      'at most',
      probability,
    ),
    shareFigure(
      'frames-arrived',
      outcomes.map(({ framesArrived }) => framesArrived),
      targets.framesArrived,
      'at least',
      probability,
    ),
    shareFigure(
      'kept-up',
      outcomes.map(({ keptUp }) => keptUp?.share ?? null),
      KEPT_UP,
      'at least',
      probability,
    ),
  ].filter((figure) => figure !== null);
  const verdict = figures.some((figure) => figure.verdict === 'fails')
    ? 'fails'
    : figures.some((figure) => figure.verdict === 'undecided')
      ? 'undecided'
      : 'meets';
  return { verdict, figures, replications: outcomes.length };
}

function ratioFigure(
  target: TargetFigure['target'],
  perReplication: readonly (number | null)[],
  limit: number,
  probability: number,
): TargetFigure | null {
  const values = perReplication.filter((value) => value !== null).map(log);
  if (values.length === 0) return null;
  const { mean, bound } = predictionBound(values, probability);
  return verdictOf({ target, limit, mean: exp(mean), bound: exp(bound) }, 'at most');
}

function shareFigure(
  target: TargetFigure['target'],
  perReplication: readonly (number | null)[],
  limit: number,
  side: Side,
  probability: number,
): TargetFigure | null {
  const values = perReplication.filter((value) => value !== null);
  if (values.length === 0) return null;
  const sign = side === 'at most' ? 1 : -1;
  const { mean, bound } = predictionBound(
    values.map((value) => sign * value),
    probability,
  );
  return verdictOf({ target, limit, mean: sign * mean, bound: sign * bound }, side);
}

type Side = 'at most' | 'at least';

function verdictOf(figure: Omit<TargetFigure, 'verdict'>, side: Side): TargetFigure {
  const within = (value: number): boolean =>
    side === 'at most' ? value <= figure.limit : value >= figure.limit;
  const verdict = !within(figure.mean) ? 'fails' : within(figure.bound) ? 'meets' : 'undecided';
  return { ...figure, verdict };
}

/** @returns the bound itself with one value: nothing is known of its spread. */
export function predictionBound(
  values: readonly number[],
  probability: number,
): { readonly mean: number; readonly bound: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, bound: Number.POSITIVE_INFINITY };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const bound = mean + studentQuantile(probability, n - 1) * Math.sqrt(variance * (1 + 1 / n));
  return { mean, bound };
}

/**
 * How far within (below 1) or beyond (above 1) its limit the tightest target is, by its mean: what decides when one
 * look is enough.
 */
export function tightness({ figures }: Judgement): number {
  return Math.max(
    0,
    ...figures.map(({ target, mean, limit }) => {
      switch (target) {
        case 'probe-p95-slowdown':
          return log(Math.max(mean, 1)) / log(Math.max(limit, 1.0001));
        case 'frames-arrived':
        case 'kept-up':
          return (1 - mean) / Math.max(1 - limit, 1e-6);
        default:
          return mean / Math.max(limit, 1e-9);
      }
    }),
  );
}
