import type { Knee } from '../../model/experiment/knee.ts';
import type { BasisCount, Finding } from '../../model/experiment/result.ts';
import type { Engine } from '../../model/machine/engine.ts';
import type { Basis } from '../../model/scenario/figure.ts';
import type { TemplatePlan } from '../../model/scenario/scenario.ts';
import type { CourseCost } from '../cost/course-cost.ts';
import type { HourlyPrice } from '../cost/host-price.ts';
import type { Cause } from '../search/cause.ts';
import type { PlanTargets, TargetName } from '../target/plan-targets.ts';

export const PLAN_SCHEMA = 'nestmark/plan@1';

/** What `nestmark plan` answers. Same question, catalogue and seed: same bytes. */
export interface PlanResult {
  readonly schema: typeof PLAN_SCHEMA;
  readonly version: string;
  /** False when it was stopped before every host was looked at, or before it was done with the best. */
  readonly complete: boolean;
  readonly question: PlanQuestionRow;
  /** Every candidate, cheapest for the course first; hosts that hold no seat, or have no price, last. */
  readonly hosts: readonly HostRow[];
  readonly recommended: Recommendation | null;
  readonly second: Recommendation | null;
  readonly curve: Curve | null;
  readonly whatIf: readonly WhatIfRow[];
  readonly sizing: readonly SizingRow[];
  readonly confidence: Confidence | null;
  readonly findings: readonly Finding[];
  readonly origins: readonly OriginRow[];
  /** Trials behind the answer. */
  readonly trials: number;
}

export interface PlanQuestionRow {
  readonly template: {
    readonly name: string;
    readonly title: string;
    readonly description: string;
    readonly hash: string;
    readonly vcpus: number;
    readonly memoryBytes: number;
    readonly diskBytes: number | null;
    readonly phases: readonly string[];
  };
  readonly seats: number;
  readonly hosts: string;
  readonly candidates: number;
  readonly course: TemplatePlan['course'];
  readonly targets: PlanTargets;
  readonly probability: number;
  readonly platforms: readonly { readonly name: string; readonly hash: string; readonly bases: BasisCount }[];
  readonly seed: number;
  /** The command that asks it again, as a shell has it. */
  readonly command: string;
  /** Asked for what fits alone: explored, not confirmed, without advice. */
  readonly quick: boolean;
}

/** A target held against what was seen. `bound`: what the next class stays within with the probability asked for. */
export interface FigureRow {
  readonly target: TargetName | 'kept-up';
  readonly phase: string;
  readonly limit: number;
  readonly mean: number;
  /** null after one replication, which says nothing of spread. */
  readonly bound: number | null;
}

export interface HostRow {
  readonly host: string;
  readonly catalogue: string | null;
  readonly platform: string;
  readonly level: number;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly processor: string | null;
  /** Of one of its threads, against the reference core; null when nobody measured it and 1 was taken. */
  readonly speed: number | null;
  readonly seats: number;
  /** Seats that its memory and the rules allow, whatever the CPUs. */
  readonly limit: number;
  readonly binds: Cause;
  readonly bindsText: string;
  /**
   * `bound`: the figures are those of a host in nothing better, which holds as many seats with room to spare; this
   * one's are no worse.
   */
  readonly engine: Engine | 'arithmetic' | 'bound';
  readonly price: HourlyPrice | null;
  /** Full hosts, as many as it takes. */
  readonly hostsNeeded: number | null;
  readonly usdPerSeatHour: number | null;
  readonly courseUsd: number | null;
  readonly figures: readonly FigureRow[];
  readonly note: string | null;
}

export interface Recommendation {
  readonly hosts: readonly { readonly host: string; readonly count: number; readonly seats: number }[];
  readonly room: number;
  readonly usdPerHour: number;
  readonly cost: CourseCost;
  /** The first of its hosts, full: slowdown of the probe at the 95th percentile, and what that feels like. */
  readonly slowdownP95: number;
  readonly slowdownBound: number | null;
  readonly feel: number;
  /** From the first start on the fullest of its hosts until the last VM there is up; null when the template does not boot. */
  readonly boot: {
    readonly seconds: number;
    readonly limit: number;
    readonly stagger: number;
    readonly last: string;
    /** `arithmetic`: a picture of the storm by closed forms, where nothing was simulated. */
    readonly engine: Engine | 'arithmetic';
  } | null;
  readonly confirmed: boolean;
  readonly binds: Cause;
  readonly bindsText: string;
}

/** How the recommended host behaves with the number of seats. */
export interface Curve {
  readonly host: string;
  readonly phase: string;
  readonly engine: Engine;
  readonly points: readonly CurvePoint[];
  /** Where the probe's 95th percentile has grown by half of what it is with one seat, as in sweeps. */
  readonly knee: Knee | null;
  /** Seats from which the host has no CPU time left over: past it there is nothing but waiting. null: not up to the last. */
  readonly full: number | null;
}

/** `low` and `high`: the least and the most of the replications. */
export interface CurvePoint {
  readonly seats: number;
  readonly slowdownP95: number;
  readonly low: number;
  readonly high: number;
  readonly ready: number;
  readonly idle: number;
  readonly hypervisors: number;
}

export interface WhatIfRow {
  readonly change: string;
  readonly text: string;
  /** Seats on the recommended host then. */
  readonly seats: number;
  /** Change of the probe's 95th percentile at the recommended number of seats, as a factor; null when not comparable. */
  readonly factor: { readonly mean: number; readonly low: number; readonly high: number } | null;
  /** Course cost then, on hosts of the recommended kind. */
  readonly courseUsd: number | null;
  /**
   * Change of how long it takes until the last VM is up, at the recommended number of seats, as a factor of the fluid
   * picture of the storm; null when the template does not boot.
   */
  readonly bootFactor: number | null;
}

export interface SizingRow {
  readonly role: string;
  readonly count: number;
  readonly component: string | null;
  readonly vcpus: { readonly now: number; readonly advice: number; readonly why: string };
  readonly memory: { readonly now: number; readonly advice: number; readonly why: string };
  /** Bytes; null where nobody says. */
  readonly disk: { readonly now: number | null; readonly advice: number | null; readonly why: string };
  /** Of its disk, by the platform's name; null where the platform knows no controllers. */
  readonly controller: { readonly now: string; readonly advice: string; readonly why: string } | null;
  /** Of vCPUs and memory. */
  readonly verdict: 'fits' | 'oversized' | 'undersized';
}

export interface Confidence {
  readonly host: string;
  /** Seats over sampled sets of the platform's and workloads' uncertain numbers. */
  readonly seats: Spread;
  readonly slowdownP95: Spread;
  /** How long it takes until the last VM is up over what it takes at the numbers' best values; null when the template does not boot. */
  readonly bootFactor: Spread | null;
  /** The whole course on hosts of this kind alone; null when it has no price, or one of the sets holds no seat. */
  readonly courseUsd: Spread | null;
  readonly sets: number;
  readonly parameters: readonly ParameterRow[];
  readonly measurement: string;
}

/** The least, the middle and the most of what was seen. */
export interface Spread {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

export interface ParameterRow {
  readonly parameter: string;
  readonly basis: Basis;
  readonly source: string;
  /** Slowdown of the probe at the recommended seats with the parameter at its low and at its high end. */
  readonly atLow: number;
  readonly atHigh: number;
}

/** Where one number of the answer comes from. */
export interface OriginRow {
  readonly what: string;
  readonly value: string;
  readonly basis: Basis | 'computed' | 'simulated' | 'asked' | 'template';
  readonly source: string;
}
