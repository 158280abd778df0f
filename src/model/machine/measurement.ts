import type { LogHistogramData } from '../kernel/statistics/log-histogram.ts';
import type { Nanoseconds } from '../kernel/units.ts';
import type { MemoryPressure } from './memory/pressure.ts';
import type { DropReason } from './network/frame-counts.ts';

/**
 * What one replication measured: times in nanoseconds and counts, over the window from `start` to `end`. Plain data
 * that survives structured cloning. The identities that always hold are in docs/machine.md, and are tested.
 */
export interface MachineMeasurement {
  readonly seed: number;
  readonly replication: number;
  readonly start: Nanoseconds;
  readonly end: Nanoseconds;
  /** Events handled, warm-up included. */
  readonly events: number;
  /** Times a CPU of any layer decided what to run, warm-up included. */
  readonly decisions: number;
  /** Wake-ups, switches (to idle and from it too) and migrations at every layer, warm-up included. */
  readonly schedulingEvents: number;
  /** Of all physical CPUs together. */
  readonly cpu: CpuTime;
  readonly physicalCpus: readonly CpuTime[];
  readonly guests: readonly GuestMeasurement[];
  /** Null when no guest exchanges frames. */
  readonly network: NetworkMeasurement | null;
  /** Null when nobody does I/O. */
  readonly storage: StorageMeasurement | null;
  /** One for each hypervisor whose memory is given, the outermost first. */
  readonly memory: readonly MemoryMeasurement[];
  /** One for each role and seat that has work. */
  readonly responses: readonly ResponseMeasurement[];
  readonly findings: readonly MachineFinding[];
}

/** Where physical CPU time went; the parts sum to the window's length times the number of CPUs. */
export interface CpuTime {
  readonly guest: number;
  /** By the hypervisor's level. */
  readonly hypervisor: readonly number[];
  readonly switch: number;
  readonly spin: number;
  /** Hypervisors waiting on the CPU of a vCPU that halted, before it sleeps. */
  readonly polling: number;
  readonly idle: number;
}

export interface GuestMeasurement {
  readonly entity: string;
  readonly role: string;
  readonly seat: number;
  readonly level: number;
  readonly vcpus: readonly VcpuTime[];
  /** Null for a guest without a workload. */
  readonly jobs: JobMeasurement | null;
  /** Null for a guest that exchanges no frames. */
  readonly frames: FrameMeasurement | null;
  /** Null when nobody in the machine does I/O, or it does not work. */
  readonly disk: DiskMeasurement | null;
  /** Null for a guest whose tasks do not wait for each other. */
  readonly synchronisation: SynchronisationMeasurement | null;
}

/** The locks and barriers of one guest; times in nanoseconds, over all tasks. */
export interface SynchronisationMeasurement {
  /** Critical sections entered, those of them that were waited for, and how long. */
  readonly sections: number;
  readonly contended: number;
  readonly lockWait: number;
  /** Critical sections left, and those of them during which a level below took the CPU of who held the lock. */
  readonly sectionsLeft: number;
  readonly preempted: number;
  /** Times a task passed a barrier, and how long they waited there. */
  readonly barriers: number;
  readonly barrierWait: number;
}

/** I/Os that a guest's system issued: in flight at start + issued = finished + in flight at end. */
export interface DiskMeasurement {
  readonly issued: number;
  readonly finished: number;
  readonly inFlightAtStart: number;
  readonly inFlightAtEnd: number;
  /** Nanoseconds that those which finished took, as its system sees it. */
  readonly time: number;
}

/** The host's disk: inside at start + arrived = completed + inside at end. */
export interface StorageMeasurement {
  readonly arrived: number;
  readonly completed: number;
  readonly insideAtStart: number;
  readonly insideAtEnd: number;
  readonly bytes: number;
  /** Integral over the window of the I/Os waiting or in service. */
  readonly presence: number;
  /** Time that all I/Os spent there within the window; Little's law: equal to `presence`. */
  readonly timeInside: number;
  /** Shares of what it can do: of its places, of its I/Os a second, of its bandwidth (sustained or burst). */
  readonly places: number;
  readonly iops: number;
  readonly bandwidth: number;
  /** Nanoseconds of the I/Os that completed in the window, their wait for the device included. */
  readonly latency: LogHistogramData;
}

/** Where the memory of one hypervisor goes. */
export interface MemoryMeasurement extends MemoryPressure {
  /** `host` for the outermost one, else the guest's. */
  readonly entity: string;
  /** Null for the host's. */
  readonly role: string | null;
  readonly level: number;
}

/** One vCPU as its own hypervisor sees it: running, ready, co-stopped, limited and halted sum to the window's length. */
export interface VcpuTime {
  readonly running: number;
  /** Wanted to run and was not picked; the guest's own steal counter. */
  readonly ready: number;
  /** Wanted to run and was stopped because it was too far ahead of a sibling. */
  readonly coStopped: number;
  /** Wanted to run and its guest had used up its limit. */
  readonly limited: number;
  readonly halted: number;
  /** Part of `running` in which a level below its hypervisor had taken the CPU away. */
  readonly hiddenSteal: number;
  /** Part of `running` in which it had halted and was waited for. */
  readonly polling: number;
  /** Part of `running` in which a task of it kept its CPU and waited for another task. */
  readonly spinning: number;
  /** How often it trapped for that, and how often a sibling that waited for a CPU was favoured then. */
  readonly spinExits: number;
  readonly directedYields: number;
  /** How often it became ready; `ready` over this is the mean wait. */
  readonly waits: number;
}

export interface JobMeasurement {
  readonly arrived: number;
  readonly completed: number;
  /** Gave up because frames were dropped. */
  readonly failed: number;
  readonly inSystemAtStart: number;
  readonly inSystemAtEnd: number;
  /** Nanoseconds of demand: queued at start + demanded = delivered + abandoned + queued at end. */
  readonly demanded: number;
  readonly delivered: number;
  readonly abandoned: number;
  readonly queuedAtStart: number;
  readonly queuedAtEnd: number;
  /** Integral over the window of the number of jobs in the system. */
  readonly jobTime: number;
  /** Time that all jobs spent in the system within the window; Little's law: equal to `jobTime`. */
  readonly sojournTime: number;
}

/** Response times, in nanoseconds, of the jobs that were completed in the window by one role in one seat. */
export interface ResponseMeasurement {
  readonly role: string;
  readonly seat: number;
  readonly count: number;
  /** NaN without a job, as is the variance with fewer than two. */
  readonly mean: number;
  readonly variance: number;
  /** For `LogHistogram.from`; merging those of several seats or replications is exact. */
  readonly histogram: LogHistogramData;
  /** What the same jobs demanded, in nanoseconds of CPU time. */
  readonly demands: LogHistogramData;
}

/** Frames that a guest's jobs waited for or sent. */
export interface FrameMeasurement {
  readonly offered: number;
  readonly arrived: number;
  readonly lost: number;
  /** Of those offered, how many had been lost before. */
  readonly resent: number;
  readonly broadcastsSent: number;
}

/**
 * Over all guests: in flight at start + offered = arrived + lost + in flight at end. Copies, over all switches: in
 * flight at start + copied = lost to full rings + left the host + discarded + in flight at end. Broadcasts: in flight
 * at start + sent + copies = entered a switch + lost to full rings + left the host + taken by guests + in flight at end.
 */
export interface NetworkMeasurement {
  readonly switches: readonly SwitchMeasurement[];
  /** The host's network card. */
  readonly wire: WireMeasurement;
  readonly inFlightAtStart: FramesInFlight;
  readonly inFlightAtEnd: FramesInFlight;
}

export interface WireMeasurement {
  readonly bytesOut: number;
  readonly bytesIn: number;
  /** Shares of what the card can carry each way; null for one without a speed. */
  readonly utilisationOut: number | null;
  readonly utilisationIn: number | null;
}

export interface FramesInFlight {
  readonly wanted: number;
  readonly copies: number;
  readonly broadcasts: number;
}

/** The switch of one hypervisor layer: received = delivered + sent up + dropped. */
export interface SwitchMeasurement {
  /** The guest it is in; `host` for the outermost one. */
  readonly entity: string;
  /** Null for the host's. */
  readonly role: string | null;
  readonly level: number;
  /** From its guests and its uplink, unwanted copies not among them. */
  readonly received: number;
  /** Handed to the port of the guest they were for, or behind which it is. */
  readonly delivered: number;
  readonly sentUp: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
  /** Handed to every port, because the address was not in the switch's table. */
  readonly flooded: number;
  /** Extra copies that promiscuous ports, hubs, flooding and teams of uplinks cause; how many found a full ring. */
  readonly copied: number;
  readonly copiesLost: number;
  /** Of the copies, how many left by the host's uplink. */
  readonly copiesOut: number;
  /** Unwanted copies that came in, were looked at and dropped. */
  readonly discarded: number;
  /** The same by the guests on its ports that have no switch of their own. */
  readonly discardedByGuests: number;
  readonly broadcasts: BroadcastMeasurement;
}

/** Broadcast and multicast frames at one switch: those that entered, and what became of the copies of them. */
export interface BroadcastMeasurement {
  readonly received: number;
  readonly rejected: number;
  readonly copies: number;
  readonly lost: number;
  readonly sentOut: number;
  readonly taken: number;
}

/** Something the reader must know in words. */
export interface MachineFinding {
  readonly severity: 'note' | 'warning' | 'error';
  readonly code: string;
  readonly text: string;
}
