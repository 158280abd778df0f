import type { BytesPerSecond, Nanoseconds } from '../../kernel/units.ts';
import type { DurationDistribution } from '../duration-distribution.ts';
import type { ExitClass } from '../exit-class.ts';

/** The one disk below everything, and what passing an I/O on to it costs. */
export interface StorageSpecification {
  readonly device: DeviceSpecification;
  /** I/Os besides itself that the first write to a block of a thin disk takes at its layer: allocate and zero. */
  readonly thinWrites: number;
  /** Every guest of the host has such a device of its own: what being alone is compared with. */
  readonly each?: boolean;
}

/** A device that serves up to `depth` I/Os at once, each for its latency, and starts them no faster than its limits. */
export interface DeviceSpecification {
  readonly latency: DurationDistribution;
  readonly depth: number;
  /** I/Os a second. */
  readonly iops: RateLimit<number>;
  readonly bandwidth: RateLimit<BytesPerSecond>;
}

/** A rate that is sustained, and a higher one for as long as the credits last that build up below the first. */
export interface RateLimit<Rate extends number> {
  readonly perSecond: Rate;
  readonly burst?: {
    readonly perSecond: Rate;
    /** How long a full store of credits lasts at the burst rate. It is full at the start. */
    readonly lasts: Nanoseconds;
  };
}

/** The disk of a guest: which virtual controller its system drives, and how the hypervisor around it keeps it. */
export interface DiskSpecification {
  readonly controller: ControllerSpecification;
  /** Blocks are allocated when they are first written. */
  readonly thin: boolean;
}

export interface ControllerSpecification {
  /** I/Os of the guest that may be on their way at once; more wait in the guest. */
  readonly queueDepth: number;
  /** Exits of the guest to hand over up to `kickBatch` I/Os. */
  readonly kick: Readonly<Partial<Record<ExitClass, number>>>;
  readonly kickBatch: number;
  /** Completions that one interrupt announces at most. */
  readonly coalescing: number;
  /** CPU time of the hypervisor that emulates it: to take an I/O and pass it on, and to complete it. */
  readonly submit: Nanoseconds;
  readonly complete: Nanoseconds;
}

/** I/Os of one job. */
export interface DiskWork {
  /** It waits for its reads, and computes in between. */
  readonly reads: number;
  readonly writes: number;
  /** Bytes of each. */
  readonly size: number;
  /** It waits for its writes too; otherwise its system writes them behind it. */
  readonly sync: boolean;
  /** I/Os that its system issues at a time and waits for together: read-ahead, several threads. */
  readonly together: number;
  /** Share of the writes that go to blocks never written before. */
  readonly fresh: number;
}
