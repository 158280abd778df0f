import { type Nanoseconds, ns } from '../../model/kernel/units.ts';
import { EXIT_CLASSES, type ExitClass } from '../../model/machine/exit-class.ts';
import type { Basis, Figure } from '../../model/scenario/figure.ts';
import { mapExitClasses } from '../../model/scenario/map-exit-classes.ts';
import type { PlatformExitClass } from '../../model/scenario/platform.ts';
import { nestingCost, type RoundTrip } from '../measured/round-trip.ts';
import { REFLECT_SHARE } from '../published/published-costs.ts';
import { type Estimate, type Interval, percentileInterval, standardError } from '../statistics/estimate.ts';
import { LEAST } from '../statistics/significant.ts';
import { type Cost, costsFromDepthOne, mapClasses } from './depth-one.ts';
import {
  costFromDepthTwo,
  costOfOps,
  type DepthOneCosts,
  fitSharedCosts,
  type NestedProbe,
  type SharedFit,
} from './nested-fit.ts';
import type { Ops } from './op-counts.ts';

/** A round trip, and the ops its handler needs as counters told them; null when none did. */
export interface FitInput {
  readonly trip: RoundTrip;
  readonly ops: Ops | null;
}

export interface FitOptions {
  /** The world switch's part of the cheapest exit: a share of it, or nanoseconds. */
  readonly switch: { readonly share: number } | { readonly ns: number };
  readonly switchSource: string;
  /** How far, relatively, the clock's medians repeat from boot to boot; widens every interval. */
  readonly repeatability: number;
  /** How much later a sleep ends in L1 than on the metal. */
  readonly sleepLatency: Interval | null;
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
  /** Ops of the simplest handler that was measured, or published ones. */
  readonly commonOps: Ops;
  /** Classes that were measured, in the model's order. */
  readonly measured: readonly ExitClass[];
  /** The combinations the data determine, whatever is chosen for what they do not. */
  readonly identified: readonly ({ readonly what: string } & Interval)[];
  readonly shared: SharedFit | null;
  /** Whether the guest hypervisor's traps were counted for the classes that `shared` was fitted on. */
  readonly counted: boolean;
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
  const costs = costsFromDepthOne(fromDepthOne, options.sleepLatency);
  const known: DepthOneCosts = mapClasses((exitClass) => costs[exitClass].value);
  const accessPrior = costs['vmcs-access'];
  const measured = inputs.flatMap((input) => nestedProbe(input, options.fallbackOps));
  const basis = basisOfSharedFit(measured);
  const shared = basis.length === 0 ? null : fitSharedCosts(probesOf(basis), known, accessPrior);
  const nested = measured.map((input) =>
    shared === null || input.counted || basis.includes(input) ? input : withInferredOps(input, shared),
  );
  const nestedClasses = nested.filter(({ trip }) => trip.use === 'class');
  if (shared !== null) costs['vmcs-access'] = { ...shared.accessInterval, ...ofAccess(shared) };
  const entry = entryCost(nestedClasses, known, shared, costs['vm-entry']);
  costs['vm-entry'] = entry;
  const cheapest = [...fromDepthOne.values(), ...(shared?.accessIdentified ? [shared.accessInterval] : [])];
  const switchCost = switchWithin(cheapest, [costs['vmcs-access'], entry], options.switch);

  const common = commonOps(nestedClasses, options.fallbackOps);
  const reflectOf = (exitClass: ExitClass): Figure<Nanoseconds> => {
    const own = nestedClasses.find(({ trip }) => trip.exitClass === exitClass);
    if (own !== undefined && shared !== null) return ownReflect(own, known, shared, entry, widen);
    return commonReflect(shared, entry);
  };
  const opsOf = (exitClass: ExitClass): Ops =>
    nestedClasses.find(({ trip }) => trip.exitClass === exitClass)?.ops ?? common;

  return {
    switch: figure(switchCost, 'derived', options.switchSource),
    classes: mapClasses((exitClass) => ({
      handle: handleOf(costs[exitClass], switchCost),
      reflect: reflectOf(exitClass),
      ops: opsOf(exitClass),
    })),
    commonOps: common,
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
    counted: basis.some((input) => input.counted),
    leftOut: shared === null ? [] : leaveOneOut(nested, known, shared, accessPrior),
  };
}

interface NestedInput {
  readonly trip: RoundTrip;
  readonly nesting: Estimate;
  readonly ops: Ops;
  readonly counted: boolean;
  readonly probe: NestedProbe;
}

function nestedProbe({ trip, ops: counted }: FitInput, fallback: Ops): NestedInput[] {
  const two = trip.byDepth[1];
  const nesting = nestingCost(trip);
  if (two == null || nesting === null || two.value < LEAST) return [];
  const ops = counted ?? fallback;
  const probe: NestedProbe = {
    workload: trip.workload,
    exitClass: trip.exitClass,
    fromDepthOne: trip.byDepth[0]!.value,
    fromDepthTwo: two.value,
    mostNesting: percentileInterval(nesting).high,
    relativeError: standardError(two) / two.value,
    ops,
  };
  return [{ trip, nesting, ops, counted: counted !== null, probe }];
}

const probesOf = (inputs: readonly NestedInput[]): NestedProbe[] => inputs.map(({ probe }) => probe);

/**
 * The classes whose ops were counted; where none were, the simplest handler alone, with the published count. A fault is
 * among them only where nothing else is: before it is handed on, the guest hypervisor's page tables are walked and
 * shadowed, which no other exit does. Its own reflection takes that up.
 */
function basisOfSharedFit(nested: readonly NestedInput[]): readonly NestedInput[] {
  const all = nested.filter(({ trip }) => trip.use === 'class');
  const others = all.filter(({ trip }) => trip.exitClass !== 'page-fault');
  const classes = others.length > 0 ? others : all;
  const counted = classes.filter((input) => input.counted);
  return counted.length > 0 ? counted : classes.toSorted(byNestingCost).slice(0, 1);
}

const byNestingCost = (a: NestedInput, b: NestedInput): number => a.nesting.value - b.nesting.value;

/** Without counters, what a class costs beyond what all share is taken for more traps of the same price. */
function withInferredOps(input: NestedInput, shared: SharedFit): NestedInput {
  const { value, low, high } = percentileInterval(input.nesting);
  const { turnaroundInterval: turnaround, accessInterval: access } = shared;
  if (access.low <= 0) return input;
  const traps = Math.max(0, (value - turnaround.value) / access.value);
  const ops: Ops = {
    ...input.ops,
    'vmcs-access': {
      value: traps,
      low: Math.min(traps, Math.max(0, (low - turnaround.high) / access.high)),
      high: Math.max(traps, (high - turnaround.low) / access.low),
      basis: 'derived',
      source: `no counters: ${input.trip.workload} in L2 less in L1, less what all classes share, at cost(vmcs-access, 1) each`,
    },
  };
  return { ...input, ops, probe: { ...input.probe, ops } };
}

/** One world switch is in every exit: its bound is the cheapest, and its chosen value fits into all of them. */
function switchWithin(
  measured: readonly Interval[],
  derived: readonly Interval[],
  anchor: FitOptions['switch'],
): Interval {
  const cheapest = Math.min(...measured.map(({ value }) => value));
  const value = 'share' in anchor ? anchor.share * cheapest : anchor.ns;
  return {
    value: Math.min(value, ...[...measured, ...derived].map((cost) => cost.value)),
    low: 0,
    high: Math.min(...measured.map(({ high }) => high)),
  };
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
  // A class without an entry, or with no time left for one, bounds nothing (as for accesses).
  const least = (nestingOf: (input: NestedInput) => number, access: number, otherwise: number): number => {
    const left = nested.map((input) => {
      const entries = input.ops['vm-entry']?.value ?? 0;
      return entries > 0 ? (nestingOf(input) - costOfOps(input.probe, known, 0, access)) / entries : 0;
    });
    return Math.min(otherwise, ...left.filter((value) => value > 0));
  };
  const value = least(
    ({ nesting }) => nesting.value,
    shared.access,
    (1 - REFLECT_SHARE.ratio) * shared.turnaround,
  );
  const highest = least(
    ({ probe }) => probe.mostNesting,
    shared.accessInterval.low,
    shared.turnaroundInterval.high,
  );
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

/** Ops of a class that was not measured: those of the simplest handler that was, range over all of them. */
function commonOps(nested: readonly NestedInput[], fallback: Ops): Ops {
  const simplest = nested.toSorted(byNestingCost)[0];
  if (simplest === undefined) return fallback;
  return mapExitClasses(simplest.ops, (own, op): Figure => {
    const all = nested.map(({ ops }) => ops[op]).filter((count) => count !== undefined);
    return {
      value: own.value,
      low: Math.min(...all.map(({ low }) => low)),
      high: Math.max(...all.map(({ high }) => high)),
      basis: own.basis === 'published' ? 'published' : 'derived',
      source:
        own.basis === 'published' ? own.source : `as of ${simplest.trip.workload}, the simplest measured`,
    };
  });
}

/** How the shared costs do on what they were not fitted on: each counted class left out in turn, and the checks. */
function leaveOneOut(
  nested: readonly NestedInput[],
  known: DepthOneCosts,
  shared: SharedFit,
  prior: Interval,
): HeldOutExit[] {
  const counted = nested.filter((input) => input.counted);
  const classes = basisOfSharedFit(counted);
  return counted.flatMap((input) => {
    const others = classes.filter((other) => other !== input);
    if (others.length === 0) return [];
    const costs = classes.includes(input) ? fitSharedCosts(probesOf(others), known, prior) : shared;
    return [
      {
        workload: input.probe.workload,
        measured: input.probe.fromDepthTwo,
        predicted: costFromDepthTwo(input.probe, known, costs),
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
