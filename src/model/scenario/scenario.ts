import type { BitsPerSecond, Bytes, BytesPerSecond, Hertz, Nanoseconds } from '../kernel/units.ts';
import type { ExitClass } from '../machine/exit-class.ts';
import type { SchedulingPolicyName } from '../machine/scheduler-specification.ts';
import type {
  BarrierSpecification,
  DurationDistribution,
  LockSpecification,
  Paging,
  SwitchKind,
  SwitchSpecification,
} from '../machine/specification.ts';
import type { DiskWork } from '../machine/storage/storage-specification.ts';
import type { Component } from './component.ts';
import type { Facts } from './facts.ts';
import type { Figure } from './figure.ts';
import type { Overcommit, Platform } from './platform.ts';
import type { Preset, WorkPhaseKind } from './template-plan.ts';

export const SCENARIO_SCHEMA = 'nestmark/scenario@1';
export const WORKLOAD_SCHEMA = 'nestmark/workload@1';
export const TEMPLATE_SCHEMA = 'nestmark/template@1';
export const CATALOGUE_SCHEMA = 'nestmark/catalogue@1';

/** A scenario after reading: names resolved, units converted, defaults filled in. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly host: Host;
  readonly platform: Platform;
  /** For `nestmark check`; of every VM. */
  readonly facts?: Facts;
  readonly seats: number;
  readonly template: Template;
  /** The switch of the host's own hypervisor. */
  readonly switch: SwitchPolicy;
  /** Of the host's own hypervisor; null: the platform's. */
  readonly overcommit: Overcommit | null;
  /** Of the host's own hypervisor; absent: nested. */
  readonly paging?: Paging;
  /** Null: everything is up already. */
  readonly boot: BootPhase | null;
  readonly exercise: { readonly warmUp: Nanoseconds; readonly duration: Nanoseconds };
  /** In order; each is answered by itself, beside the exercise. Absent: none. */
  readonly otherPhases?: readonly OtherPhase[];
  readonly targets: Targets;
}

/** A phase in which VMs do something else than in the exercise. */
export interface OtherPhase {
  readonly kind: 'install' | 'idle';
  readonly warmUp: Nanoseconds;
  readonly duration: Nanoseconds;
  /** By role: what that VM does in place of the template's own workload. */
  readonly workloads: ReadonlyMap<string, Workload>;
}

/** How every VM comes up. */
export interface BootPhase {
  /** Between seats. */
  readonly stagger: Nanoseconds;
  /** What is not up by then is told as not up. */
  readonly giveUp: Nanoseconds;
}

export interface Host {
  readonly name: string;
  /** 0: bare metal. 1: a virtual instance of a cloud, on CPUs it does not share. */
  readonly level: 0 | 1;
  /** Logical CPUs (hardware threads). */
  readonly cpus: number;
  readonly threadsPerCore: 1 | 2;
  /** Sustained, of all cores; null when nobody publishes it. */
  readonly clock: Hertz | null;
  readonly memory: Bytes;
  readonly nic: BitsPerSecond | null;
  readonly disk: {
    readonly iops: number;
    readonly bandwidth: BytesPerSecond;
    /** null when nobody publishes it. */
    readonly latency: Nanoseconds | null;
    readonly latencyCv: number | null;
    /** I/Os served at once; null when nobody publishes it. */
    readonly depth: number | null;
    readonly burst: {
      readonly iops: number | null;
      readonly bandwidth: BytesPerSecond | null;
      readonly lasts: Nanoseconds;
    } | null;
  } | null;
  readonly source: string;
  readonly processor?: string;
  readonly price?: HostPrice;
  /** Speed of one thread beside that of the reference core; absent when nobody has measured it. */
  readonly speed?: Figure;
  /** CPUs that may be throttled. */
  readonly flex?: true;
  /** ISO date from which it can no longer be had. */
  readonly retires?: string;
  /** Of a host that is owned. */
  readonly purchase?: Purchase;
  readonly note?: string;
  /** The catalogue it is in; absent when written out. */
  readonly catalogue?: CatalogueTerms;
}

export interface Purchase {
  readonly usd: number;
  readonly years: number;
  readonly hoursAYear: number;
  readonly watts: number;
  readonly usdPerKilowattHour: number;
}

/** What a catalogue says of all its hosts. */
export interface CatalogueTerms {
  readonly name: string;
  readonly title: string;
  /** Profiles for its bare-metal and its virtual hosts. */
  readonly platforms: { readonly metal: string; readonly virtual: string } | null;
  /** USD for a GB kept for a month. */
  readonly storage: Figure | null;
  /** USD an hour, for each CPU of a host that runs Windows Server. */
  readonly windowsLicence: Figure | null;
}

/** On-demand price of a whole host, dated. */
export interface HostPrice {
  readonly usdPerHour: number;
  /** What it costs when the owner may take it back at any time; absent when not known. */
  readonly spotUsdPerHour?: number;
  readonly source?: string;
  /** ISO date, or null when the asker wrote the price down without one. */
  readonly asOf: string | null;
  readonly region: string | null;
}

export interface Template {
  readonly name: string;
  readonly vms: readonly VirtualMachine[];
  readonly title?: string;
  /** Who uses it, for what. */
  readonly description?: string;
  /** Present when the template says how it is taught with. */
  readonly plan?: TemplatePlan;
}

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
  /** Filter of the hosts it is meant for (host-filter.ts). */
  readonly hosts: string | null;
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

export interface VirtualMachine {
  readonly name: string;
  readonly count: number;
  readonly vcpus: number;
  readonly memory: Bytes;
  /** An ordinary VM's is 1. */
  readonly weight: number;
  /** CPUs of the machine around it; 0 when nothing is reserved. */
  readonly reservation: number;
  readonly limit: { readonly cpus: number; readonly period: Nanoseconds } | null;
  /** null: any CPU. */
  readonly affinity: readonly number[] | null;
  /** Speed of its network card; absent: no limit. */
  readonly nic?: BitsPerSecond;
  readonly hypervisor: {
    /** null: the platform's. */
    readonly scheduler: SchedulingPolicyName | null;
    readonly switch: SwitchPolicy;
    /** Null: the platform's. */
    readonly overcommit: Overcommit | null;
    /** Absent: that of the hypervisor around it. */
    readonly paging?: Paging;
  } | null;
  /** For `nestmark check`, beside the scenario's. */
  readonly facts?: Facts;
  readonly vms: readonly VirtualMachine[];
  readonly workload: Workload | null;
  /** What it was sized after; absent when its size is the template's own. */
  readonly component?: Component;
  /** Null: all of its memory; of a nested hypervisor, that of its VMs. */
  readonly workingSet: Bytes | null;
  /** A controller of the platform; null: its default. */
  readonly disk: { readonly controller: string | null; readonly thin: boolean };
  /** What coming up takes: a workload that arrives once. */
  readonly boot: Workload | null;
}

/** A switch with every default of its kind filled in. */
export type SwitchPolicy = SwitchSpecification & { readonly kind: SwitchKind };

export interface Workload {
  readonly name: string;
  readonly title: string;
  readonly arrivals:
    | { readonly kind: 'open'; readonly perSecond: number }
    | { readonly kind: 'closed'; readonly users: number; readonly think: DurationDistribution }
    | { readonly kind: 'saturated'; readonly tasks: number }
    /** One job in all, at the start. */
    | { readonly kind: 'once' };
  readonly demand: DurationDistribution;
  readonly exitsPerCpuSecond: Readonly<Partial<Record<ExitClass, Figure>>>;
  readonly exitsPerJob: Readonly<Partial<Record<ExitClass, Figure>>>;
  readonly exitsPerBusySecond: Readonly<Partial<Record<ExitClass, Figure>>>;
  readonly locks: LockSpecification | null;
  readonly barriers: BarrierSpecification | null;
  readonly network: {
    readonly send: number;
    readonly receive: number;
    readonly peer: 'uplink' | 'seat';
    readonly flow: 'tcp' | 'udp';
    readonly frameBytes?: Bytes;
    readonly opens?: 'self' | 'peer';
    /** Frames a second to everybody. */
    readonly broadcast?: number;
  } | null;
  readonly disk: DiskWork | null;
  readonly memory: {
    readonly touchesPerCpuSecond: Figure | null;
    readonly tlbMissesPerCpuSecond: Figure | null;
    /** Page faults that its own system settles, and changes of address space: what shadow paging makes exits of. */
    readonly faultsPerCpuSecond: Figure | null;
    readonly addressSpacesPerCpuSecond: Figure | null;
  };
  readonly probe: boolean;
  readonly source: string;
}

/** What the asker wants held; absent means not asked. */
export interface Targets {
  readonly probeP95Slowdown?: number;
  /** Share of wall time, 0 to 1. */
  readonly ready?: number;
  /** From the start of the first VM until the last one is up. */
  readonly bootAllWithin?: Nanoseconds;
  /** Share of a hypervisor's memory that is left, at every level. */
  readonly memoryHeadroom?: number;
  /** 95th percentile. */
  readonly diskLatency?: Nanoseconds;
}
