import { exp, log } from '../model/kernel/elementary.ts';
import { normalQuantile } from '../model/kernel/special/normal-quantile.ts';
import { holmAdjusted } from '../model/kernel/statistics/holm.ts';
import { chanceIfAtLeast, chanceIfAtMost, type Shift, shiftInterval } from './statistics/shift.ts';

export interface DecisionRules {
  /** Growth that does not matter, e.g. 0.03; its reciprocal below 1 is the margin on the other side. */
  readonly margin: number;
  /** The same for what is counted and not timed. */
  readonly exactMargin: number;
  /** Chance of a false alarm among all metrics together, and of a false pass for each. */
  readonly alpha: number;
}

export type Verdict = 'pass' | 'regressed' | 'improved' | 'inconclusive';

/** What is decided about one metric, and what it rests on. Effects are candidate over baseline: 1.05 is 5 % more. */
export interface Decision {
  readonly verdict: Verdict;
  readonly effect: number;
  /** Interval that leaves out either side with a chance of at most alpha; null with too few blocks for one. */
  readonly low: number | null;
  readonly high: number | null;
  readonly margin: number;
  /** Chance of such a growth if there were none beyond the margin, adjusted for the number of metrics (Holm). */
  readonly adjustedChance: number | null;
  /** The smallest true effect that would be called a regression four times in five; null when no number of them is. */
  readonly detectable: number | null;
}

export interface Evidence {
  /** Of the logarithms of the values. */
  readonly shift: Shift;
  readonly exactLike: boolean;
}

/** Share of true effects of the detectable size that are found. */
const POWER = 0.8;

/**
 * Decides over all metrics together: *regressed* when a growth beyond the margin is shown, with a chance of error of
 * alpha over all of them (Holm); *improved* likewise; *pass* when it is shown that the effect lies inside the margin
 * (two one-sided tests, Schuirmann 1987), which needs no adjustment, since a whole run passes only if every metric
 * does; *inconclusive* otherwise. What is counted and came out the same in every block has no chance in it and is
 * decided by all its values, however few. What is counted and did not is decided as what is timed is, with the
 * tighter margin.
 */
export function decide(evidence: readonly Evidence[], rules: DecisionRules): readonly Decision[] {
  const judged = evidence.map((each) => {
    const margin = each.exactLike ? rules.exactMargin : rules.margin;
    return { ...each, margin, bound: log(1 + margin) };
  });
  const chancy = judged.filter((each) => !isSteady(each));
  const grown = holmAdjusted(chancy.map(({ shift, bound }) => chanceIfAtMost(shift, bound)));
  const shrunk = holmAdjusted(chancy.map(({ shift, bound }) => chanceIfAtLeast(shift, -bound)));
  return judged.map((each) => {
    const index = chancy.indexOf(each);
    if (index < 0) return decideSteady(each);
    return decideByRanks(each, rules.alpha, {
      grown: grown[index]!,
      shrunk: shrunk[index]!,
      metrics: chancy.length,
    });
  });
}

interface Judged extends Evidence {
  readonly margin: number;
  /** Of logarithms. */
  readonly bound: number;
}

/** Whether a count came out the same on both sides, block for block, but for less than its margin. */
function isSteady({ exactLike, shift: { differences }, bound }: Judged): boolean {
  return exactLike && differences.at(-1)! - differences[0]! <= bound;
}

interface Adjusted {
  readonly grown: number;
  readonly shrunk: number;
  readonly metrics: number;
}

function decideByRanks({ shift, margin, bound }: Judged, alpha: number, adjusted: Adjusted): Decision {
  const interval = shiftInterval(shift, alpha);
  const equivalent = chanceIfAtLeast(shift, bound) <= alpha && chanceIfAtMost(shift, -bound) <= alpha;
  const verdict =
    adjusted.grown <= alpha
      ? 'regressed'
      : adjusted.shrunk <= alpha
        ? 'improved'
        : equivalent
          ? 'pass'
          : 'inconclusive';
  return {
    verdict,
    effect: exp(shift.estimate),
    low: interval === null ? null : exp(interval.low),
    high: interval === null ? null : exp(interval.high),
    margin,
    adjustedChance: adjusted.grown,
    detectable: detectable(shift, bound, alpha, adjusted.metrics),
  };
}

function decideSteady({ shift, margin, bound }: Judged): Decision {
  const { differences } = shift;
  const [low, high] = [differences[0]!, differences.at(-1)!];
  const verdict =
    low > bound
      ? 'regressed'
      : high < -bound
        ? 'improved'
        : low >= -bound && high <= bound
          ? 'pass'
          : 'inconclusive';
  return {
    verdict,
    effect: exp(shift.estimate),
    low: exp(low),
    high: exp(high),
    margin,
    adjustedChance: null,
    detectable: exp(bound + (high - low)) - 1,
  };
}

/**
 * The margin, and above it what the interval's width allows to be told, at the significance the strictest step of
 * Holm's procedure asks for. The standard error is read off the interval as if the estimate were normal.
 */
function detectable(shift: Shift, bound: number, alpha: number, metrics: number): number | null {
  if (shift.distribution.cumulative[0]! > alpha / metrics) return null;
  const interval = shiftInterval(shift, alpha)!;
  const standardError = (interval.high - interval.low) / 2 / normalQuantile(1 - alpha);
  return exp(bound + (normalQuantile(1 - alpha / metrics) + normalQuantile(POWER)) * standardError) - 1;
}

/** A run is what its worst metric is; one that only improved passes. */
export function overallVerdict(verdicts: readonly Verdict[]): 'pass' | 'regressed' | 'inconclusive' {
  if (verdicts.includes('regressed')) return 'regressed';
  if (verdicts.length === 0 || verdicts.includes('inconclusive')) return 'inconclusive';
  return 'pass';
}
