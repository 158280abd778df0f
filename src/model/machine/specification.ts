import type { Nanoseconds } from '../kernel/units.ts';
import type { DurationDistribution } from './duration-distribution.ts';
import type { ExitClass } from './exit-class.ts';
import type {
  GuestMemory,
  HypervisorMemory,
  MemoryCosts,
  MemoryWork,
} from './memory/memory-specification.ts';
import type {
  HaltPollingSpecification,
  SchedulerSpecification,
  SpinExitSpecification,
} from './scheduler-specification.ts';
import type { DiskSpecification, DiskWork, StorageSpecification } from './storage/storage-specification.ts';

export type { DurationDistribution } from './duration-distribution.ts';

/**
 * What the simulator simulates: numbers only, units fixed, names resolved. `scenario/compile` writes it from
 * a scenario; a test may write it by hand. Depth is whatever the tree of guests says.
 */
export interface MachineSpecification {
  /** Logical CPUs of the outermost machine we schedule. */
  readonly physicalCpus: number;
  /** 1 or 2. CPUs 2i and 2i+1 are siblings when it is 2. */
  readonly threadsPerCore: 1 | 2;
  /** What both threads of a busy core get done together, relative to one thread alone: 1 to 2. */
  readonly smtThroughput: number;
  /**
   * CPU time it takes whoever starts to execute on another core than the last one to refill its caches there; work of
   * the guest that delivers nothing. Absent: 0.
   */
  readonly cacheRefill?: Nanoseconds;
  /**
   * The level of the outermost hypervisor we schedule: 0 on the metal, 1 when the host is itself a cloud VM on
   * dedicated CPUs, so that exits of its guests already cross two levels though no CPU is shared below it.
   */
  readonly baseLevel: number;
  readonly exits: ExitCostParameters;
  readonly network: NetworkCosts;
  /** Bits a second of the host's network card, each way. Absent: no limit. */
  readonly nic?: number;
  /** Absent: memory costs nothing but the exits that workloads list. */
  readonly memory?: MemoryCosts;
  /** Absent: there is no disk, and no work that needs one. */
  readonly storage?: StorageSpecification;
  readonly root: HypervisorSpecification;
}

/** Parameters of the exit recursion (docs/method.md); all times are CPU time on the metal. */
export interface ExitCostParameters {
  /** One world switch pair: leaving a guest for the outermost hypervisor and entering it again. */
  readonly switch: Nanoseconds;
  readonly classes: Readonly<Partial<Record<ExitClass, ExitClassParameters>>>;
  /**
   * How often a hypervisor that is itself a guest must trap, for each class, to hand one exit on to a hypervisor inside
   * it, the entry of that one included. Absent: it hands on without trapping.
   */
  readonly reflectOps?: Readonly<Partial<Record<ExitClass, number>>>;
  /** Exits that hardware or the outermost hypervisor spares a guest. */
  readonly assists?: Readonly<Partial<Record<ExitClass, ExitAssist>>>;
}

/** What becomes of exits of a class with shadowing, posted interrupts and the like. */
export interface ExitAssist {
  /** Guests up to this depth do not exit. */
  readonly depth: number;
  /** Who handles the exits of deeper ones: their own hypervisor as ever, or the outermost one, at once. */
  readonly beyond: 'owner' | 'outermost';
}

export interface ExitClassParameters {
  /** What the hypervisor that owns the guest does to handle the exit. */
  readonly handle: Nanoseconds;
  /** What the outermost hypervisor does to hand an exit from depth >= 2 to the hypervisor that owns it. */
  readonly reflect: Nanoseconds;
  /** How often the handling hypervisor, when itself a guest, must trap for each class, `vm-entry` included. */
  readonly ops: Readonly<Partial<Record<ExitClass, number>>>;
}

/**
 * CPU time per frame; which step pays for what is in machine/network/frame-costs. A frame of the model is what the
 * machine handles in one piece: one on the wire, or many of them aggregated (`tso`, `lro`).
 */
export interface NetworkCosts {
  /** Taking a frame from a sender, looking its target up. */
  readonly forward: Nanoseconds;
  /** Each copy handed to a port. */
  readonly copy: Nanoseconds;
  /** Besides `copy`, for each KiB of payload that is copied into a guest's memory. Absent: 0. */
  readonly copyKib?: Nanoseconds;
  /** Besides `forward`, for a frame whose address a NAT switch translates. Absent: as `forward`. */
  readonly translate?: Nanoseconds;
  /** A nested host looking at an unwanted copy and dropping it. */
  readonly drop: Nanoseconds;
  /** A guest receiving a frame that is for it. */
  readonly receive: Nanoseconds;
  /** Frames a port's ring holds before it overflows. */
  readonly ring: number;
  /** Frames handled in one go by whoever drains a ring. */
  readonly batch: number;
  /** Bytes a guest hands to its adapter in one piece, to be cut up on the way out (TSO). Absent: one frame. */
  readonly tso?: number;
  /** Bytes that frames from outside are joined up to before they reach a guest (LRO, GRO). Absent: one frame. */
  readonly lro?: number;
  /** Whether that is done for promiscuous ports too; ESXi does not (Net.VmxnetPromDisableLro). Absent: false. */
  readonly lroWhenPromiscuous?: boolean;
}

/** What a switch is called, and what its rules are told as. */
export const SWITCH_KINDS = ['standard', 'distributed', 'hyper-v', 'linux-bridge', 'nat'] as const;
export type SwitchKind = (typeof SWITCH_KINDS)[number];

export interface SwitchSpecification {
  /** `nat` translates what crosses its uplink; the other kinds are what the fields below say. Absent: standard. */
  readonly kind?: SwitchKind;
  /** The ports of nested hypervisors get a copy of every frame. */
  readonly promiscuous: boolean;
  /** Frames may come from a port with a source address that is not the port's own. */
  readonly forgedTransmits: boolean;
  readonly macChanges: boolean;
  /** Remembers which address is behind which port. */
  readonly macLearning: boolean;
  /** Of no effect without `macLearning`. Absent: remembers everything for good. */
  readonly macTable?: MacTableSpecification;
  /** Frames for an address that is not in the table go to every port, or are lost. Absent: true. */
  readonly floodUnknown?: boolean;
  /** At most so many of them a second; the others are lost. Absent: no limit. */
  readonly floodLimit?: number;
  /** Adapters that its uplink is a team of, all in one network; 0 joins its ports alone. Absent: 1. */
  readonly uplinks?: number;
  /** Of a team, a promiscuous port sees frames by its own adapter only (Net.ReversePathFwdCheckPromisc). Absent: true. */
  readonly reversePathFilter?: boolean;
}

export interface MacTableSpecification {
  /** Addresses it holds. Absent: any number. */
  readonly limit?: number;
  /** How long after its last frame an address is forgotten; 0 makes a hub of the switch. Absent: never. */
  readonly ageing?: Nanoseconds;
  /** What happens to frames from an address that finds no place. */
  readonly whenFull: 'forward' | 'drop';
}

/** How a hypervisor translates the addresses of its guests. */
export const PAGINGS = ['nested', 'shadow'] as const;
export type Paging = (typeof PAGINGS)[number];

export interface HypervisorSpecification {
  readonly scheduler: SchedulerSpecification;
  readonly switch: SwitchSpecification;
  /** Absent: there is always enough. */
  readonly memory?: HypervisorMemory;
  /** `shadow`: it has no nested paging (EPT, NPT) for its guests, and neither has a hypervisor inside it. Absent: it has. */
  readonly paging?: Paging;
  /** Absent: a vCPU that halts sleeps at once. */
  readonly haltPolling?: HaltPollingSpecification;
  /** Absent: a vCPU that spins does so until its time is up. */
  readonly spinExit?: SpinExitSpecification;
  readonly guests: readonly GuestSpecification[];
}

export interface GuestSpecification {
  /** Unique, e.g. `seat-03/esxi-1/web-2`. */
  readonly entity: string;
  /** The same guest in every seat, e.g. `esxi/web`: what rows are pooled by. */
  readonly role: string;
  readonly seat: number;
  readonly vcpus: number;
  /** Weight in the scheduler below, 1024 being the ordinary one; whose it is, the VM's or each vCPU's, is that one's. */
  readonly weight: number;
  /** Bits a second of its virtual network card, each way. Absent: no limit. */
  readonly nic?: number;
  /** CPUs of the layer below that its vCPUs together get whenever they want them, before shares count. Absent: 0. */
  readonly reservation?: number;
  /** Absent: none. */
  readonly limit?: CpuLimit;
  /** CPUs of the layer below that its vCPUs may run on, counted from 0. Absent: all. */
  readonly affinity?: readonly number[];
  /** Present when this guest is itself a hypervisor. */
  readonly hypervisor?: HypervisorSpecification;
  /** Present when the guest's own operating system runs work; its tasks are scheduled by `scheduler`. */
  readonly workload?: WorkloadSpecification;
  /** One job, what it takes to come up; only a boot runs it (machine/boot). */
  readonly boot?: WorkloadSpecification;
  readonly memory?: GuestMemory;
  /** Needed when it, or a guest in it, does I/O. */
  readonly disk?: DiskSpecification;
  readonly scheduler: SchedulerSpecification;
}

/** The most that a guest's vCPUs together get (cpu.max, an ESXi limit, a Hyper-V cap). */
export interface CpuLimit {
  /** CPUs of the layer below. */
  readonly cpus: number;
  /** The limit holds over this much time: within it, all may be used at once. Absent: 100 ms, as cpu.max. */
  readonly period?: Nanoseconds;
}

/** What one guest does. Demand is CPU time of the guest alone on the metal. */
export interface WorkloadSpecification {
  readonly name: string;
  /** Where jobs come from. */
  readonly arrivals: /** `workers`: jobs served at once, each by a task of its own; the others wait in the guest. Absent: 64. */
    | { readonly kind: 'open'; readonly perSecond: number; readonly workers?: number }
    | { readonly kind: 'closed'; readonly users: number; readonly think: DurationDistribution }
    | { readonly kind: 'saturated'; readonly tasks: number }
    /** One job, `at` after the start of the run, or after the hypervisor around it has done its own. */
    | { readonly kind: 'once'; readonly at: Nanoseconds };
  readonly demand: DurationDistribution;
  /** Exits for each second of the guest's own CPU work, by class. */
  readonly exitsPerCpuSecond: Readonly<Partial<Record<ExitClass, number>>>;
  /** Exits for each job, by class. */
  readonly exitsPerJob: Readonly<Partial<Record<ExitClass, number>>>;
  /** Exits for each second of time in which a vCPU of this guest is not halted (the tick), by class. */
  readonly exitsPerBusySecond: Readonly<Partial<Record<ExitClass, number>>>;
  readonly network?: TrafficSpecification;
  readonly disk?: DiskWork;
  readonly memory?: MemoryWork;
  /** Critical sections of each job, spread evenly over its demand, of which they are part. */
  readonly locks?: LockSpecification;
  /** The tasks of the guest meet after every so much work of each; only of `saturated` ones. */
  readonly barriers?: BarrierSpecification;
  /** The small interactive task whose tail is how the lab feels. */
  readonly probe: boolean;
}

/** Frames of each job: it waits for those to receive, computes, and sends. */
export interface TrafficSpecification {
  /** Frames on the wire. */
  readonly send: number;
  readonly receive: number;
  /** With whom: outside, or the other guests of the seat in turn. */
  readonly peer: 'uplink' | 'seat';
  /** Bytes of a frame. Absent: 1,514, Ethernet's longest. */
  readonly frameBytes?: number;
  /** `tcp` slows down and sends again what was lost; with `udp` a job that lost frames has failed. Absent: udp. */
  readonly flow?: 'tcp' | 'udp';
  /** Who begins the exchange, which decides what NAT lets in. Absent: the peer, if anything is received. */
  readonly opens?: 'self' | 'peer';
  /** Broadcast and multicast frames a second, whatever the guest does (ARP, discovery). Absent: 0. */
  readonly broadcast?: number;
}

export interface LockSpecification {
  readonly perJob: number;
  /** Work done while holding the lock, each time. */
  readonly length: Nanoseconds;
  /** How many different locks there are; each section takes one of them at random. */
  readonly count: number;
  readonly wait: WaitKind;
}

export interface BarrierSpecification {
  /** Work of each task between two barriers. */
  readonly every: Nanoseconds;
  readonly wait: WaitKind;
}

/**
 * How a task waits for another: it holds on to its CPU and looks again and again, or sleeps and is woken. A lock that
 * becomes free goes to the first who spins on a CPU that executes, else to whoever looks first (a test-and-set lock, as
 * Linux guests of KVM have); sleepers are woken in order of arrival.
 */
export type WaitKind = 'spin' | 'block';
