import type { Bytes, Nanoseconds } from '../kernel/units.ts';
import type { SwitchPolicy, Workload } from './scenario.ts';

/** How good a lab has to be: named sets of targets (src/plan/target-presets.ts). */
export const PRESETS = ['comfortable', 'workable', 'demo'] as const;

export type Preset = (typeof PRESETS)[number];

/** Kinds of work phases; what each is called otherwise is up to the template. */
export const WORK_PHASES = ['install', 'exercise', 'idle'] as const;

export type WorkPhaseKind = (typeof WORK_PHASES)[number];

/** What a template says beyond its VMs, for plan: how it is taught with. */
export interface TemplatePlan {
  readonly course: {
    readonly seats: number;
    readonly sessions: number;
    /** Hours of one session, its start and end included. */
    readonly hours: number;
  };
  /** The switch of the host's own hypervisor. */
  readonly switch: SwitchPolicy;
  readonly boot: { readonly stagger: Nanoseconds } | null;
  /** What everybody does, in order: at least one. */
  readonly phases: readonly WorkPhase[];
  readonly preset: Preset;
  /** Seats that may share a host: 1 for services that give every student a machine. */
  readonly seatsPerHost: number | null;
  /** Memory that the host's own system keeps. */
  readonly reserve: { readonly memory: Bytes; readonly source: string } | null;
  /** The host runs Windows Server. */
  readonly windows: boolean;
  /** May the host be taken away in the middle of it? */
  readonly spot: boolean;
}

export interface WorkPhase {
  readonly kind: WorkPhaseKind;
  readonly name: string;
  /** How long it lasts in the course; a window of it is simulated. */
  readonly duration: Nanoseconds;
  /** By role, e.g. `esxi/web`: what that VM does in this phase, in place of the template's own workload. */
  readonly workloads: ReadonlyMap<string, Workload>;
}
