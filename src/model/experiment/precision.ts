import { intervalVerdict, type PrecisionRule } from '../kernel/statistics/sequential-stopping.ts';
import type { Finding, Precision, Row, SimulationResult, TargetVerdict } from './result.ts';
import { tailRows } from './worst-row.ts';

/** What is to be known how well, and how much may be spent on it. */
export interface PrecisionGoal {
  /** Half-width of 95 % intervals, as a share: 0.05 for +-5 %. */
  readonly relative: number;
  /** Replications before the first look, at least 2. */
  readonly minimum: number;
  /** Replications at most. */
  readonly maximum: number;
}

export interface PrecisionAssessment {
  readonly decision: 'precise' | 'exhausted' | 'continue';
  /** How many replications there should be before asking again. */
  readonly nextLook: number;
  readonly precision: Precision;
}

type Answer = Pick<SimulationResult, 'rows' | 'targets' | 'replications'>;

/** A figure an answer turns on, and what its half-width is a share of. */
export interface WatchedFigure {
  readonly name: string;
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly scale: number;
}

/**
 * Whether the replications so far are enough for every figure the answer turns on: the 95th percentile slowdown of
 * the probe's roles (of all roles when there is no probe), as a share of itself; and what each target is held against,
 * as a share of itself or of the limit, whichever is larger, because waiting that is next to nothing need not be known
 * to its last thousandth.
 *
 * A pure function of results merged in replication order, so how many replications a run takes depends neither on the
 * number of workers nor on their speed.
 *
 * @param probes roles of the interactive probe
 */
export function assessPrecision(
  answer: Answer,
  probes: ReadonlySet<string>,
  goal: PrecisionGoal,
): PrecisionAssessment {
  return assessFigures(watchedFigures(answer, probes), answer.replications, goal);
}

/** The same of figures of any answer, all from so many replications. */
export function assessFigures(
  figures: readonly WatchedFigure[],
  replications: number,
  goal: PrecisionGoal,
): PrecisionAssessment {
  const { relative: relativePrecision, minimum, maximum } = goal;
  const rule: PrecisionRule = { relativePrecision, confidence: 0.95, minimum, maximum };
  const verdicts = figures.map(({ name, mean, low, high, scale }) => {
    const halfWidth = low === null || high === null ? null : (high - low) / 2;
    const interval = { mean, halfWidth, low, high, n: replications, confidence: rule.confidence };
    return { name, ...intervalVerdict(interval, rule, scale) };
  });
  const met = verdicts.every(({ decision }) => decision === 'precise');
  const exhausted = replications >= maximum;
  const worst = verdicts.reduce<(typeof verdicts)[number] | null>(
    (found, next) => (found === null || widthOf(next) > widthOf(found) ? next : found),
    null,
  );
  return {
    decision: met ? 'precise' : exhausted ? 'exhausted' : 'continue',
    nextLook: Math.max(replications, ...verdicts.map(({ nextLook }) => nextLook)),
    precision: {
      wanted: relativePrecision,
      reached: worst?.relativeHalfWidth ?? null,
      figure: worst?.name ?? null,
      met,
      most: maximum,
    },
  };
}

/** The result, saying how precise it is; in words as well, when that is not what was asked for. */
export function withPrecision(result: SimulationResult, precision: Precision): SimulationResult {
  const finding = precisionFinding(precision, result.replications);
  return { ...result, precision, findings: [...result.findings, ...(finding === null ? [] : [finding])] };
}

/** In words, when the precision is not what was asked for, or there was nothing to be precise about. */
export function precisionFinding(
  { wanted, reached, figure, met }: Precision,
  replications: number,
): Finding | null {
  if (figure === null) {
    return {
      severity: 'note',
      code: 'nothing-to-be-precise-about',
      text: 'no role answers requests and no target is asked for, so there was no figure to be precise about',
    };
  }
  if (met) return null;
  const known = reached === null ? 'has no interval' : `is known to ±${percent(reached)}`;
  return {
    severity: 'warning',
    code: 'precision-not-reached',
    text: `after all ${replications} replications allowed, ${figure} ${known}, not to the ±${percent(wanted)} asked for: allow more of them, or make the exercise longer`,
  };
}

function watchedFigures({ rows, targets }: Answer, probes: ReadonlySet<string>): WatchedFigure[] {
  return [...tailRows(rows, probes).map(ofRow), ...targets.flatMap(ofTarget)];
}

const ofRow = ({ entity, metric, mean, low, high }: Row): WatchedFigure => ({
  name: `${metric} of ${entity}`,
  mean,
  low,
  high,
  scale: Math.abs(mean),
});

const ofTarget = ({ target, limit, observed, low, high }: TargetVerdict): WatchedFigure[] =>
  observed === null
    ? []
    : [{ name: `target ${target}`, mean: observed, low, high, scale: Math.max(Math.abs(observed), limit) }];

const widthOf = ({ relativeHalfWidth }: { readonly relativeHalfWidth: number | null }): number =>
  relativeHalfWidth ?? Number.POSITIVE_INFINITY;

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
