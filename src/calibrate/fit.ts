import { type Nanoseconds, ns } from '../model/kernel/units.ts';
import { EXIT_CLASSES, type ExitClass } from '../model/machine/exit-class.ts';
import type { Basis, Figure } from '../model/scenario/figure.ts';
import type { PlatformExitClass } from '../model/scenario/platform.ts';
import { type Estimate, type Interval, percentileInterval, standardError } from './estimate.ts';
import {
  costFromDepthTwo,
  costOfOps,
  type DepthOneCosts,
  fitSharedCosts,
  type NestedProbe,
  type SharedFit,
} from './nested-fit.ts';
import type { Ops } from './op-counts.ts';
import { REFLECT_SHARE, RELATIVE_COST } from './published-costs.ts';
import { nestingCost, type RoundTrip } from './round-trip.ts';

/** A round trip with the ops its handler needs, when it has been measured from depth 2. */
export interface FitInput {
  readonly trip: RoundTrip;
  readonly ops: Ops;
}

export interface FitOptions {
  /** The world switch's part of the cheapest exit: a share of it, or nanoseconds. */
  readonly switch: { readonly share: number } | { readonly ns: number };
  readonly switchSource: string;
  /** How far, relatively, the clock's medians repeat from boot to boot; widens every interval. */
  readonly repeatability: number;
  /** Ops of a class for which there are none: published for the processor. */
  readonly fallbackOps: Ops;
}

export interface HeldOutExit {
  readonly workload: string;
  readonly measured: number;
  readonly predicted: number;
}

export interface FittedExits {
  readonly switch: Figure<Nanoseconds>;
  readonly classes: Readonly<Record<ExitClass, PlatformExitClass>>;
  /** Classes that were measured, in the model's order. */
  readonly measured: readonly ExitClass[];
  /** The combinations the data determine, whatever is chosen for what they do not. */
  readonly identified: readonly ({ readonly what: string } & Interval)[];
  readonly shared: SharedFit | null;
  /** Costs from depth 2 of probes that were left out of the shared fit, one at a time. */
  readonly leftOut: readonly HeldOutExit[];
}

/**
 * Depth 1 determines switch + handle of each class; depth 2 less depth 1 determines reflect + ops of each class. How
 * each sum is split is not in the data: it is taken from the literature, and its interval is all that the sum allows.
 */
export function fitExits(inputs: readonly FitInput[], options: FitOptions): FittedExits {
  const fitted = inputs.filter(({ trip }) => trip.use === 'class');
  const widen = (interval: Interval): Interval => widened(interval, options.repeatability);
  const fromDepthOne = new Map(
    fitted.map(({ trip }) => [trip.exitClass, widen(percentileInterval(trip.byDepth[0]!))]),
  );
  const costs = costsFromDepthOne(fromDepthOne);
  const cheapest = Math.min(...[...fromDepthOne.values()].map(({ value }) => value));
  const switchCost: Interval = {
    value: Math.min(
      cheapest,
      'share' in options.switch ? options.switch.share * cheapest : options.switch.ns,
    ),
    low: 0,
    high: Math.min(...[...fromDepthOne.values()].map(({ high }) => high)),
  };
  const known: DepthOneCosts = { switch: switchCost.value, cost: mapClasses((c) => costs[c].value) };

  const nested = inputs.flatMap((input) => nestedProbe(input));
  const accessPrior = costs['vmcs-access'];
  const nestedClasses = nested.filter(({ trip }) => trip.use === 'class');
  const shared =
    nestedClasses.length === 0
      ? null
      : fitSharedCosts(
          nestedClasses.map(({ probe }) => probe),
          known,
          accessPrior,
        );
  if (shared !== null) costs['vmcs-access'] = { ...shared.accessInterval, ...ofAccess(shared) };
  const entry = entryCost(nestedClasses, known, shared, costs['vm-entry']);
  costs['vm-entry'] = { ...costs['vm-entry'], ...entry };

  const common = commonOps(fitted, nestedClasses, options.fallbackOps);
  const reflectOf = (exitClass: ExitClass): Figure<Nanoseconds> => {
    const own = nestedClasses.find(({ trip }) => trip.exitClass === exitClass);
    if (own !== undefined && shared !== null) return ownReflect(own, known, shared, entry, widen);
    return commonReflect(shared, entry);
  };
  const opsOf = (exitClass: ExitClass): Ops =>
    fitted.find(({ trip }) => trip.exitClass === exitClass)?.ops ?? common;

  return {
    switch: figure(switchCost, 'derived', options.switchSource),
    classes: mapClasses((exitClass) => ({
      handle: handleOf(costs[exitClass], switchCost),
      reflect: reflectOf(exitClass),
      ops: opsOf(exitClass),
    })),
    measured: EXIT_CLASSES.filter((exitClass) => fromDepthOne.has(exitClass)),
    identified: [
      ...fitted.map(({ trip }) => ({
        what: `switch + handle(${trip.exitClass})`,
        ...fromDepthOne.get(trip.exitClass)!,
      })),
      ...nestedClasses.map(({ trip, nesting }) => ({
        what: `reflect(${trip.exitClass}) + ops of ${trip.exitClass}`,
        ...widen(percentileInterval(nesting)),
      })),
    ],
    shared,
    leftOut: shared === null ? [] : leaveOneOut(nested, known, shared, accessPrior),
  };
}

interface Cost extends Interval {
  readonly basis: Basis;
  readonly source: string;
}

/** cost(c, 1) of every class: measured where it was, else the published ratio to a class that was. */
function costsFromDepthOne(measured: ReadonlyMap<ExitClass, Interval>): Record<ExitClass, Cost> {
  const order: readonly ExitClass[] = ['cpuid', 'hypercall', 'msr-write', 'msr-read', ...EXIT_CLASSES];
  const reference = order.find((exitClass) => measured.has(exitClass))!;
  const yardstick = measured.get(reference)!;
  const scale = RELATIVE_COST[reference].ratio;
  return mapClasses((exitClass) => {
    const own = measured.get(exitClass);
    if (own !== undefined) {
      return { ...own, basis: 'measured', source: `${exitClass} in L1 less the same on the metal` };
    }
    const { ratio, low, high, source } = RELATIVE_COST[exitClass];
    return {
      value: (yardstick.value * ratio) / scale,
      low: (yardstick.low * low) / scale,
      high: (yardstick.high * high) / scale,
      basis: 'derived',
      source: `not in the record: ${reference} times a published ratio (${source})`,
    };
  });
}

interface NestedInput extends FitInput {
  readonly probe: NestedProbe;
  readonly nesting: Estimate;
}

function nestedProbe(input: FitInput): NestedInput[] {
  const { trip, ops } = input;
  const two = trip.byDepth[1];
  const nesting = nestingCost(trip);
  if (two == null || nesting === null || two.value <= 0) return [];
  return [
    {
      ...input,
      nesting,
      probe: {
        workload: trip.workload,
        exitClass: trip.exitClass,
        fromDepthOne: trip.byDepth[0]!.value,
        fromDepthTwo: two.value,
        relativeError: standardError(two) / two.value,
        ops,
      },
    },
  ];
}

function ofAccess(shared: SharedFit): { readonly basis: Basis; readonly source: string } {
  return {
    basis: 'derived',
    source: shared.accessIdentified
      ? 'fitted: how cost from depth 2 rises with the number of accesses, class by class'
      : 'not identified: the published ratio, within what the classes leave',
  };
}

/** cost(vm-entry, 1): its share of the turnaround, and no more than any class leaves for it. */
function entryCost(
  nested: readonly NestedInput[],
  known: DepthOneCosts,
  shared: SharedFit | null,
  prior: Cost,
): Cost {
  if (shared === null) return prior;
  const left = (input: NestedInput, nesting: number, access: number): number => {
    const entries = input.ops['vm-entry']?.value ?? 1;
    return Math.max(0, nesting - costOfOps(input.probe, known, 0, access)) / (entries || 1);
  };
  const most = Math.min(...nested.map((input) => left(input, input.nesting.value, shared.access)));
  const highest = Math.min(
    ...nested.map((input) => left(input, percentileInterval(input.nesting).high, shared.accessInterval.low)),
  );
  const value = Math.min((1 - REFLECT_SHARE.ratio) * shared.turnaround, most);
  return {
    value,
    low: 0,
    high: Math.max(value, highest),
    basis: 'derived',
    source: `reflect + cost(vm-entry, 1) is fitted; its part published (${REFLECT_SHARE.source})`,
  };
}

/** What is left of a class's own nesting cost when its ops are paid. */
function ownReflect(
  { probe, nesting }: NestedInput,
  known: DepthOneCosts,
  shared: SharedFit,
  entry: Interval,
  widen: (interval: Interval) => Interval,
): Figure<Nanoseconds> {
  const { value, low, high } = widen(percentileInterval(nesting));
  const ops = costOfOps(probe, known, entry.value, shared.access);
  const most = costOfOps(probe, known, entry.high, shared.accessInterval.high);
  const least = costOfOps(probe, known, entry.low, shared.accessInterval.low);
  return figure(
    {
      value: Math.max(0, value - ops),
      low: Math.max(0, Math.min(low - most, value - ops)),
      high: Math.max(0, high - least, value - ops),
    },
    'derived',
    `${probe.workload} in L2 less in L1, less its ops`,
  );
}

function commonReflect(shared: SharedFit | null, entry: Cost): Figure<Nanoseconds> {
  if (shared === null) {
    const ratio = REFLECT_SHARE.ratio / (1 - REFLECT_SHARE.ratio);
    return figure(
      { value: ratio * entry.value, low: 0, high: 2 * ratio * entry.high },
      'derived',
      `no level 2 in the record: a published part of cost(vm-entry, 1) (${REFLECT_SHARE.source})`,
    );
  }
  return figure(
    { value: REFLECT_SHARE.ratio * shared.turnaround, low: 0, high: shared.turnaroundInterval.high },
    'derived',
    `shared by all classes: a published part of the fitted turnaround (${REFLECT_SHARE.source})`,
  );
}

function handleOf(cost: Cost, switchCost: Interval): Figure<Nanoseconds> {
  const value = Math.max(0, cost.value - switchCost.value);
  return figure(
    {
      value,
      low: Math.min(value, Math.max(0, cost.low - switchCost.high)),
      high: Math.max(value, cost.high - switchCost.low),
    },
    'derived',
    `${cost.source}; less switch`,
  );
}

/** Ops of a class that was not measured: those of the measured classes' cheapest handler, range over all of them. */
function commonOps(fitted: readonly FitInput[], nested: readonly NestedInput[], fallback: Ops): Ops {
  const simplest = [...(nested.length > 0 ? nested : fitted)].sort(
    (a, b) => a.trip.byDepth[0]!.value - b.trip.byDepth[0]!.value,
  )[0];
  if (simplest === undefined) return fallback;
  const ops: Partial<Record<ExitClass, Figure>> = {};
  for (const op of EXIT_CLASSES) {
    const own = simplest.ops[op];
    if (own === undefined) continue;
    const all = fitted.map((input) => input.ops[op]).filter((count) => count !== undefined);
    ops[op] = {
      value: own.value,
      low: Math.min(...all.map(({ low }) => low)),
      high: Math.max(...all.map(({ high }) => high)),
      basis: own.basis === 'published' ? 'published' : 'derived',
      source:
        own.basis === 'published' ? own.source : `as of ${simplest.trip.workload}, the cheapest measured`,
    };
  }
  return ops;
}

/** How the shared costs do on what they were not fitted on: each class left out in turn, and the checks. */
function leaveOneOut(
  nested: readonly NestedInput[],
  known: DepthOneCosts,
  shared: SharedFit,
  prior: Interval,
): HeldOutExit[] {
  const classes = nested.filter(({ trip }) => trip.use === 'class');
  return nested.flatMap(({ trip, probe }) => {
    const others = classes.filter((other) => other.trip !== trip).map((other) => other.probe);
    if (others.length === 0) return [];
    const costs = trip.use === 'class' ? fitSharedCosts(others, known, prior) : shared;
    return [
      {
        workload: probe.workload,
        measured: probe.fromDepthTwo,
        predicted: costFromDepthTwo(probe, known, costs),
      },
    ];
  });
}

function widened({ value, low, high }: Interval, relative: number): Interval {
  return {
    value,
    low: Math.min(low, value - relative * Math.abs(value)),
    high: Math.max(high, value + relative * Math.abs(value)),
  };
}

function figure({ value, low, high }: Interval, basis: Basis, source: string): Figure<Nanoseconds> {
  return { value: ns(value), low: ns(low), high: ns(high), basis, source };
}

function mapClasses<T>(of: (exitClass: ExitClass) => T): Record<ExitClass, T> {
  return Object.fromEntries(EXIT_CLASSES.map((exitClass) => [exitClass, of(exitClass)])) as Record<
    ExitClass,
    T
  >;
}
