import { exp, log } from '../../model/kernel/elementary.ts';
import { studentQuantile } from '../../model/kernel/special/student-quantile.ts';
import { type SeriesTable, seriesKey } from '../measured/series.ts';
import {
  difference,
  type Estimate,
  type Interval,
  percentileInterval,
  standardError,
} from '../statistics/estimate.ts';
import { leastSquares } from '../statistics/least-squares.ts';
import { LEAST } from '../statistics/significant.ts';

/** KiB of the working sets that the agent moves from core to core, and leaves where they are. */
const WORKING_SETS: Readonly<Record<string, number>> = {
  '16k': 16,
  '64k': 64,
  '256k': 256,
  '1m': 1024,
  '4m': 4096,
};

/** What one working set takes longer to be gone over once after a move, in ns. */
export interface Refill {
  readonly size: string;
  readonly kib: number;
  readonly refill: Interval;
  /** Of the task that stayed. */
  readonly stayed: number;
  readonly relativeError: number;
}

/** What a move costs by working set: `fixed + perKib x min(working set, held)`, in ns and KiB. */
export interface RefillCosts {
  readonly fixed: number;
  readonly perKib: number;
  /** More than this a core's caches do not keep, so that no more is lost with them; null when nothing shows a limit. */
  readonly heldKib: number | null;
}

export interface RefillFit extends RefillCosts {
  readonly level: number;
  readonly rows: readonly Refill[];
  /** Root mean square of ln(fitted / measured). */
  readonly scatter: number;
  /** What a move costs a working set of so many KiB: 95 %, Student's t on the scatter of the sizes, as a factor. */
  readonly at: (kib: number) => Interval;
  /** Refill of each size by a fit on the others. */
  readonly leftOut: readonly { readonly row: Refill; readonly refill: number }[];
}

/** Sizes differ for reasons a straight line has no term for: none is trusted better than this, relatively. */
const LEAST_RELATIVE_ERROR = 0.05;
/** A line has two parameters; its scatter takes one more size. */
const FEWEST = 3;

/** What a move took at one level, size by size, where its interval does not reach nothing. */
export function refillsAt(level: number, series: SeriesTable): readonly Refill[] {
  return Object.entries(WORKING_SETS).flatMap(([size, kib]): Refill[] => {
    const stayed = series.get(seriesKey(level, `stayed-${size}`))?.median;
    const moved = series.get(seriesKey(level, `moved-${size}`))?.median;
    if (stayed === undefined || moved === undefined) return [];
    const more: Estimate = difference(moved, stayed);
    const refill = percentileInterval(more);
    if (refill.low < LEAST) return [];
    return [{ size, kib, refill, stayed: stayed.value, relativeError: standardError(more) / more.value }];
  });
}

/**
 * Fits ln(refill) = ln(fixed + KiB x perKib) by weighted least squares; what a size misses by is a factor. Each size but
 * the first and last is tried as the limit of what caches keep, and there is one only when the fit is the better for it at
 * the 5 % level.
 *
 * @returns null with fewer than three sizes
 */
export function fitRefill(level: number, rows: readonly Refill[]): RefillFit | null {
  if (rows.length < FEWEST) return null;
  const best = bestOf(rows);
  const squares = rows.map(({ kib, refill }) => log(refillOf(best.costs, kib) / refill.value) ** 2);
  return {
    level,
    rows,
    ...best.costs,
    scatter: Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / rows.length),
    at: (kib) => withReach(best, kib),
    leftOut: rows.flatMap((row) => {
      const others = rows.filter((other) => other !== row);
      return others.length < 2 ? [] : [{ row, refill: refillOf(bestOf(others).costs, row.kib) }];
    }),
  };
}

export const refillOf = ({ fixed, perKib, heldKib }: RefillCosts, kib: number): number =>
  fixed + perKib * Math.min(kib, heldKib ?? kib);

interface Line {
  readonly costs: RefillCosts;
  readonly covariance: readonly (readonly number[])[] | null;
  readonly degreesOfFreedom: number;
  readonly sumOfSquares: number;
}

function bestOf(rows: readonly Refill[]): Line {
  const unlimited = lineOf(rows, null);
  // Two sizes below a limit and one above it, or it would be read out of a single point.
  const limits = rows.length <= FEWEST ? [] : rows.slice(1, -1).map(({ kib }) => kib);
  const limited = limits
    .map((limit) => lineOf(rows, limit))
    .reduce<Line | null>(
      (best, line) => (best === null || line.sumOfSquares < best.sumOfSquares ? line : best),
      null,
    );
  return limited !== null && isTold(unlimited, limited, rows.length) ? limited : unlimited;
}

/** F test of the limit, which is one parameter more: the square of Student's t. */
function isTold(without: Line, withLimit: Line, observations: number): boolean {
  const left = observations - 3;
  const t = Math.sqrt(((without.sumOfSquares - withLimit.sumOfSquares) * left) / withLimit.sumOfSquares);
  return t > studentQuantile(0.975, left);
}

function lineOf(rows: readonly Refill[], heldKib: number | null): Line {
  const [first, last] = [rows[0]!, rows.at(-1)!];
  const fit = leastSquares({
    observed: rows.map(({ refill }) => log(refill.value)),
    weights: rows.map(({ relativeError }) => 1 / Math.max(relativeError, LEAST_RELATIVE_ERROR) ** 2),
    predict: ([fixed, perKib]) =>
      rows.map(({ kib }) => log(refillOf({ fixed: fixed!, perKib: perKib!, heldKib }, kib))),
    start: [first.refill.value / 2, last.refill.value / last.kib / 2],
    low: [0, LEAST / last.kib],
  });
  const [fixed, perKib] = fit.parameters as [number, number];
  return {
    costs: { fixed, perKib, heldKib },
    covariance: fit.covariance,
    degreesOfFreedom: fit.degreesOfFreedom,
    sumOfSquares: fit.sumOfSquares,
  };
}

/** To first order in the logarithm, so that no end is below zero. */
function withReach({ costs, covariance, degreesOfFreedom }: Line, kib: number): Interval {
  const value = refillOf(costs, kib);
  if (covariance === null) return { value, low: value, high: value };
  const gradient = [1, Math.min(kib, costs.heldKib ?? kib)];
  let variance = 0;
  for (const [i, a] of gradient.entries()) {
    for (const [j, b] of gradient.entries()) variance += a * b * covariance[i]![j]!;
  }
  const factor = exp((studentQuantile(0.975, degreesOfFreedom) * Math.sqrt(Math.max(0, variance))) / value);
  return { value, low: value / factor, high: value * factor };
}
