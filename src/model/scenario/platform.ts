import type { Bytes, Nanoseconds } from '../kernel/units.ts';
import type { ExitClass } from '../machine/exit-class.ts';
import type { SwitchKind } from '../machine/specification.ts';
import type { OuterProduct, Product } from './facts.ts';
import type { Figure } from './figure.ts';
import type { PlatformScheduler } from './platform-scheduler.ts';

export const PLATFORM_SCHEMA = 'nestmark/platform@1';

/**
 * A cost profile of one stack, as read from `platforms/NAME.yaml`: every number a Figure. The exit recursion it
 * parametrises is in machine/exits; how each number was made is in docs/method.md.
 */
export interface Platform {
  readonly schema: typeof PLATFORM_SCHEMA;
  readonly name: string;
  readonly title: string;
  /** The profile that everything not said here was taken from. */
  readonly like?: PlatformBase;
  /** Which products it is of, for rules; absent: no rule of a product concerns it. */
  readonly stack?: { readonly outer: OuterProduct; readonly inner: readonly Product[] };
  /** e.g. `KVM, Linux 6.1.0-42-cloud-amd64`. */
  readonly hypervisor: string;
  readonly cpu: string;
  /** What one nanosecond of this profile is: real time, or counted instructions times a fixed step. */
  readonly clock: 'time' | 'instructions';
  /** Of the outermost hypervisor. */
  readonly scheduler: PlatformScheduler;
  /** Absent: as the outermost one. */
  readonly nestedScheduler?: PlatformScheduler;
  /** Absent: see compile-scheduler. */
  readonly guestScheduler?: PlatformScheduler;
  readonly haltPolling?: {
    readonly most: Figure<Nanoseconds>;
    readonly growStart: Figure<Nanoseconds>;
    readonly grow: number;
    readonly shrink: number;
  };
  readonly spinExit?: {
    readonly window: Figure<Nanoseconds>;
    readonly grow: number;
    readonly directedYield: boolean;
    /** Guests deeper than this do not trap. */
    readonly depth: number;
  };
  readonly cacheRefill?: Figure<Nanoseconds>;
  readonly smtThroughput: Figure;
  readonly exits: {
    readonly switch: Figure<Nanoseconds>;
    readonly classes: Readonly<Partial<Record<ExitClass, PlatformExitClass>>>;
    /** What a hypervisor that is itself a guest traps for to hand one exit on to a hypervisor inside it. */
    readonly reflectOps?: Readonly<Partial<Record<ExitClass, Figure>>>;
    readonly assists?: readonly PlatformAssist[];
  };
  readonly network: {
    readonly forward: Figure<Nanoseconds>;
    readonly copy: Figure<Nanoseconds>;
    readonly drop: Figure<Nanoseconds>;
    readonly receive: Figure<Nanoseconds>;
    readonly ring: Figure;
    readonly batch: Figure;
    /** ns for each KiB of payload, besides `copy`. */
    readonly copyKib?: Figure<Nanoseconds>;
    readonly translate?: Figure<Nanoseconds>;
    /** Bytes handled in one piece, on the way out and from outside. */
    readonly tso?: Figure;
    readonly lro?: Figure;
  };
  readonly memory?: PlatformMemory;
  /** Present when work on it may have a disk. */
  readonly storage?: PlatformStorage;
  /** How its virtual switches come; absent: as a VMware standard switch. */
  readonly switches?: PlatformSwitches;
  /** Present when `nestmark calibrate` wrote the profile. */
  readonly calibration?: Calibration;
}

export interface PlatformSwitches {
  /** What a switch is of which a scenario says nothing. */
  readonly kind?: SwitchKind;
  /** Net.ReversePathFwdCheckPromisc: 0 up to ESXi 8.0 U3, 1 from 9.0. */
  readonly reversePathFilter?: boolean;
  /** Whether a promiscuous vNIC still has frames joined up; not with Net.VmxnetPromDisableLro. */
  readonly lroWhenPromiscuous?: boolean;
}

/** Ways to run VMs that do not fit together, in the order they are tried; empty: such VMs are refused. */
export type Overcommit = readonly ('sharing' | 'balloon' | 'swap')[];

/** What memory costs and what is done when it is short (machine/memory); what is absent costs nothing. */
export interface PlatformMemory {
  readonly own?: Figure<Bytes>;
  readonly overhead?: {
    readonly perVm: Figure<Bytes>;
    readonly perGib: Figure<Bytes>;
    readonly perVcpu: Figure<Bytes>;
  };
  readonly overcommit: Overcommit;
  readonly sharing?: Figure;
  readonly balloon?: Figure;
  readonly walk?: {
    readonly native: Figure;
    readonly nested: Figure;
    readonly reference: Figure<Nanoseconds>;
  };
  readonly shadow?: {
    readonly exitsPerFault: Figure;
    readonly held: Figure<Nanoseconds>;
    /** For each GiB of a VM. */
    readonly tables: Figure<Bytes>;
  };
  readonly mmuLock?: {
    readonly handle: Figure<Nanoseconds>;
    readonly reflect: Figure<Nanoseconds>;
    readonly growth: Figure;
    readonly scope: 'vm' | 'host';
  };
}

/** What an I/O costs on its way through a hypervisor (machine/storage). */
export interface PlatformStorage {
  readonly controllers: Readonly<Record<string, PlatformController>>;
  readonly default: string;
  readonly thinWrites: Figure;
}

export interface PlatformController {
  readonly queueDepth: Figure;
  readonly kick: Readonly<Partial<Record<ExitClass, Figure>>>;
  readonly kickBatch: Figure;
  readonly coalescing: Figure;
  readonly submit: Figure<Nanoseconds>;
  readonly complete: Figure<Nanoseconds>;
}

export interface PlatformBase {
  readonly platform: string;
  /** How much further off the costs may be here: bounds are divided and multiplied by it. 1: they are the same. */
  readonly widen: number;
  /** Why costs of the one stand for costs of the other. */
  readonly because: string;
}

export const ASSISTS = [
  'vmcs-shadowing',
  'enlightened-vmcs',
  'virtual-vmload-vmsave',
  'posted-interrupts',
  'exitless-timers',
  'direct-assignment',
] as const;

export type AssistName = (typeof ASSISTS)[number];

/** A switch of the platform that spares guests exits; a scenario can turn it over. */
export interface PlatformAssist {
  readonly name: AssistName;
  readonly on: boolean;
  /** The classes whose exits it takes away. */
  readonly removes: readonly ExitClass[];
  /** For guests down to this depth. */
  readonly depth: number;
  readonly beyond: 'owner' | 'outermost';
  readonly source: string;
}

export interface PlatformExitClass {
  readonly handle: Figure<Nanoseconds>;
  readonly reflect: Figure<Nanoseconds>;
  readonly ops: Readonly<Partial<Record<ExitClass, Figure>>>;
}

/** How a profile was fitted and how well it reproduces what it was fitted on, and what it was not. */
export interface Calibration {
  readonly record: { readonly id: string; readonly sha256: string; readonly clock: 'time' | 'instructions' };
  readonly residuals: readonly CalibrationResidual[];
  readonly notes: readonly string[];
}

export interface CalibrationResidual {
  readonly level: number;
  readonly workload: string;
  readonly unit: 'ns';
  readonly measured: number;
  readonly predicted: number;
  /** (predicted - measured) / measured. */
  readonly error: number;
  readonly fitted: boolean;
  /** Predicted by a fit that left out the class, or the level as a whole; absent: by the profile's own. */
  readonly without?: 'class' | 'level' | undefined;
}
