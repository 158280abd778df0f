import { log } from '../../model/kernel/elementary.ts';
import { studentQuantile } from '../../model/kernel/special/student-quantile.ts';
import { ns } from '../../model/kernel/units.ts';
import { EXIT_CLASSES, type ExitClass } from '../../model/machine/exit-class.ts';
import { exitCost } from '../../model/machine/exit-cost.ts';
import type { ExitClassParameters, ExitCostParameters } from '../../model/machine/specification.ts';
import { mapExitClasses } from '../../model/scenario/map-exit-classes.ts';
import { REFLECT_SHARE } from '../published/published-costs.ts';
import type { Interval } from '../statistics/estimate.ts';
import { leastSquares } from '../statistics/least-squares.ts';
import type { Ops } from './op-counts.ts';

/** One exit probe with its cost from depth 1 and 2, in nanoseconds. */
export interface NestedProbe {
  readonly workload: string;
  readonly exitClass: ExitClass;
  readonly fromDepthOne: number;
  readonly fromDepthTwo: number;
  /** The most that depth 2 adds to depth 1, by the 95 % interval. */
  readonly mostNesting: number;
  /** Relative standard error of `fromDepthTwo`. */
  readonly relativeError: number;
  readonly ops: Ops;
}

/**
 * cost(c, 1) of every class, in nanoseconds. How it splits into switch and handle changes no cost at any depth, so
 * the fit counts all of it as handle; the split is made when the profile is written.
 */
export type DepthOneCosts = Readonly<Record<ExitClass, number>>;

/**
 * What all nested exits share. `turnaround` is what each brings back whatever else it does: its reflection and one
 * VM entry, which no measurement from L2 can tell apart. `access` is cost(vmcs-access, 1).
 */
export interface SharedCosts {
  readonly turnaround: number;
  readonly access: number;
}

export interface SharedFit extends SharedCosts {
  /** 95 % intervals from the scatter of the classes; the range that structure leaves where there is no scatter. */
  readonly turnaroundInterval: Interval;
  readonly accessInterval: Interval;
  /** Whether the classes tell `access`, or it was held at its prior. */
  readonly accessIdentified: boolean;
  /** Root mean square of ln(predicted / measured) over the classes. */
  readonly scatter: number;
}

/** Classes differ for reasons the shared structure has no term for: none is trusted better than this, relatively. */
const LEAST_RELATIVE_ERROR = 0.01;

/**
 * Fits the shared costs to the classes' costs from depth 2, in logarithms: what a class misses by is a factor. How
 * much each trapped access costs shows in how costs rise with the number of them; it takes three classes, different
 * counts and an interval that excludes zero, else `prior` is kept.
 */
export function fitSharedCosts(
  probes: readonly NestedProbe[],
  known: DepthOneCosts,
  prior: Interval,
): SharedFit {
  const limit = accessLimit(probes, known);
  const bounded: Interval = {
    value: Math.min(prior.value, limit),
    low: Math.min(prior.low, limit),
    high: Math.min(prior.high, limit),
  };
  return fitBoth(probes, known, bounded, limit) ?? fitTurnaround(probes, known, bounded);
}

function fitBoth(
  probes: readonly NestedProbe[],
  known: DepthOneCosts,
  prior: Interval,
  limit: number,
): SharedFit | null {
  if (probes.length < 3) return null;
  const fit = fitInLogarithms(
    probes,
    [startOfTurnaround(probes, known, prior.value), prior.value],
    limit,
    (p) => ({ turnaround: p[0]!, access: p[1]! }),
    known,
  );
  if (!fit.converged || fit.covariance === null || fit.atBound.some(Boolean)) return null;
  const [turnaround, access] = fit.parameters as [number, number];
  const t = studentQuantile(0.975, fit.degreesOfFreedom);
  const reach = (j: number): number => t * Math.sqrt(fit.covariance![j]![j]!);
  if (reach(1) >= access) return null;
  return {
    turnaround,
    access,
    turnaroundInterval: around(turnaround, reach(0)),
    accessInterval: { ...around(access, reach(1)), high: Math.min(limit, access + reach(1)) },
    accessIdentified: true,
    scatter: scatterOf(probes, known, { turnaround, access }),
  };
}

function fitTurnaround(probes: readonly NestedProbe[], known: DepthOneCosts, access: Interval): SharedFit {
  const fitAt = (held: number): { value: number; reach: number } => {
    const start = startOfTurnaround(probes, known, held);
    const fit = fitInLogarithms(probes, [start], 0, (p) => ({ turnaround: p[0]!, access: held }), known);
    // One increasing function of one number, from a start near its end: anything else is a mistake of ours.
    if (!fit.converged) throw new Error(`the turnaround did not converge from ${start} ns`);
    const variance = fit.covariance?.[0]?.[0];
    // One class alone has no scatter: its own sampling interval is all there is.
    const reach =
      variance === undefined
        ? Math.max(...probes.map((p) => p.mostNesting - (p.fromDepthTwo - p.fromDepthOne)))
        : studentQuantile(0.975, fit.degreesOfFreedom) * Math.sqrt(variance);
    return { value: fit.parameters[0]!, reach };
  };
  const best = fitAt(access.value);
  // Less an access, more a turnaround: the ends of one are the ends of the other.
  const [atLow, atHigh] = [fitAt(access.low), fitAt(access.high)];
  const shared = { turnaround: best.value, access: access.value };
  return {
    ...shared,
    turnaroundInterval: {
      value: best.value,
      low: Math.max(0, Math.min(best.value - best.reach, atHigh.value - atHigh.reach)),
      high: Math.max(best.value + best.reach, atLow.value + atLow.reach),
    },
    accessInterval: access,
    accessIdentified: false,
    scatter: scatterOf(probes, known, shared),
  };
}

function fitInLogarithms(
  probes: readonly NestedProbe[],
  start: readonly number[],
  accessLimitOf: number,
  sharedOf: (parameters: readonly number[]) => SharedCosts,
  known: DepthOneCosts,
) {
  return leastSquares({
    observed: probes.map(({ fromDepthTwo }) => log(fromDepthTwo)),
    weights: probes.map(({ relativeError }) => 1 / Math.max(relativeError, LEAST_RELATIVE_ERROR) ** 2),
    predict: (parameters) => probes.map((probe) => log(costFromDepthTwo(probe, known, sharedOf(parameters)))),
    start,
    low: start.map(() => 0),
    high: start.map((_, j) => (j === 0 ? Number.POSITIVE_INFINITY : accessLimitOf)),
  });
}

/** cost(c, 2) by the recursion, of a probe whose class reflects and enters as all do. */
export function costFromDepthTwo(probe: NestedProbe, known: DepthOneCosts, shared: SharedCosts): number {
  return exitCost(parametersOf(probe, known, shared), probe.exitClass, 2).total;
}

/** cost(c, 2) less the probe's own cost from depth 1 and its reflection: what its ops cost. */
export function costOfOps(probe: NestedProbe, known: DepthOneCosts, entry: number, access: number): number {
  const parameters = withReflectAndEntry(probe, known, { reflect: 0, entry, access });
  return exitCost(parameters, probe.exitClass, 2).total - probe.fromDepthOne;
}

function parametersOf(probe: NestedProbe, known: DepthOneCosts, shared: SharedCosts): ExitCostParameters {
  const reflect = REFLECT_SHARE.ratio * shared.turnaround;
  return withReflectAndEntry(probe, known, {
    reflect,
    entry: shared.turnaround - reflect,
    access: shared.access,
  });
}

function withReflectAndEntry(
  probe: NestedProbe,
  known: DepthOneCosts,
  { reflect, entry, access }: { readonly reflect: number; readonly entry: number; readonly access: number },
): ExitCostParameters {
  const cost = { ...known, 'vm-entry': entry, 'vmcs-access': access };
  const classes: Partial<Record<ExitClass, ExitClassParameters>> = {};
  for (const exitClass of EXIT_CLASSES) {
    classes[exitClass] = { handle: ns(cost[exitClass]), reflect: ns(0), ops: {} };
  }
  classes[probe.exitClass] = {
    handle: ns(probe.fromDepthOne),
    reflect: ns(reflect),
    ops: mapExitClasses(probe.ops, ({ value }) => value),
  };
  return { switch: ns(0), classes };
}

/**
 * The most an access can cost: with more, some class would have to reflect and enter in less than no time. A class
 * that has no time left even without accesses contradicts the model, and bounds nothing.
 */
function accessLimit(probes: readonly NestedProbe[], known: DepthOneCosts): number {
  const limits = probes.map((probe) => {
    const accesses = probe.ops['vmcs-access']?.value ?? 0;
    const left = probe.mostNesting - costOfOps(probe, known, 0, 0);
    return accesses > 0 && left > 0 ? left / accesses : Number.POSITIVE_INFINITY;
  });
  return Math.min(...limits);
}

function startOfTurnaround(probes: readonly NestedProbe[], known: DepthOneCosts, access: number): number {
  const left = probes.map((p) => p.fromDepthTwo - p.fromDepthOne - costOfOps(p, known, 0, access));
  return Math.max(0, left.reduce((sum, value) => sum + value, 0) / left.length);
}

function scatterOf(probes: readonly NestedProbe[], known: DepthOneCosts, shared: SharedCosts): number {
  const squares = probes.map(
    (probe) => log(costFromDepthTwo(probe, known, shared) / probe.fromDepthTwo) ** 2,
  );
  return Math.sqrt(squares.reduce((sum, value) => sum + value, 0) / squares.length);
}

const around = (value: number, reach: number): Interval => ({
  value,
  low: Math.max(0, value - reach),
  high: value + reach,
});
