/**
 * A record: what one run of the agent measured, as JSON Lines. The first line is the header, the last the end;
 * a file without an end is a run that was cut off. Lines in between may come in any order.
 */
export const RECORD_SCHEMA = 'nestmark/record@1';

export type Clock = 'time' | 'instructions';

export interface RecordHeader {
  readonly kind: 'header';
  readonly schema: typeof RECORD_SCHEMA;
  readonly id: string;
  readonly version: string;
  readonly lab: 'emulated' | 'here' | 'kvm' | 'ssh';
  readonly clock: Clock;
  /** Virtual nanoseconds per executed instruction when `clock` is `instructions`, else null. */
  readonly nsPerInstruction: number | null;
  readonly started: string;
  readonly seed: number;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** The machine the lab itself runs on: what emulates the metal. Never a term of a ratio. */
  readonly machine: Readonly<Record<string, string | number | boolean>>;
}

/** A level that was reached, and what proves what it runs on. */
export interface RecordLevel {
  readonly kind: 'level';
  readonly level: number;
  readonly name: 'metal' | 'L1' | 'L2' | 'L3';
  readonly accelerator: {
    readonly name: 'emulated-cpu' | 'kvm' | 'none';
    readonly verified: boolean;
    /** What was seen, e.g. `nested_run grew by 1204 on the level below while this guest ran`. */
    readonly evidence: readonly string[];
  };
  /** Boots tried before this level answered, the successful one included. */
  readonly bootTries: number;
  readonly bootSeconds: number;
  readonly environment: Readonly<Record<string, string | number | boolean>>;
}

/** Raw samples of one workload at one level. */
export interface RecordSamples {
  readonly kind: 'samples';
  readonly level: number;
  readonly workload: string;
  /** `control` workloads take no exits and should cost the same at every level. */
  readonly class: 'control' | 'exit' | 'application';
  readonly unit: 'ns' | 'instructions';
  /** Each value is the cost of one operation (after dividing by `operationsPerSample`). */
  readonly values: readonly number[];
  readonly operationsPerSample: number;
  /** The first `warmUp` values are warm-up: kept, and left out of summaries. */
  readonly warmUp: number;
  /** Hash of the computed result; equal at every level, or the work was not the same. */
  readonly checksum: string | null;
}

/** Growth of a hypervisor's counters at `level` while the guest at `workloadLevel` ran `operations` of a workload. */
export interface RecordCounters {
  readonly kind: 'counters';
  /** The level whose hypervisor counted. */
  readonly level: number;
  readonly workloadLevel: number;
  readonly workload: string;
  readonly operations: number;
  /** e.g. `debugfs kvm` totals, or `kvm_exit by reason`. */
  readonly source: string;
  readonly delta: Readonly<Record<string, number>>;
}

/** A level that was asked for and not reached; nothing is invented for it. */
export interface RecordMissing {
  readonly kind: 'missing';
  readonly level: number;
  readonly reason: string;
  readonly tries: number;
  /** Last lines of its console. */
  readonly console: readonly string[];
}

/** A workload that a level which was reached could not run, e.g. because its kernel offers no MSR device. */
export interface RecordSkipped {
  readonly kind: 'skipped';
  readonly level: number;
  readonly workload: string;
  readonly reason: string;
}

export interface RecordEnd {
  readonly kind: 'end';
  readonly finished: string;
  readonly levelsReached: readonly number[];
}

export type RecordLine =
  | RecordHeader
  | RecordLevel
  | RecordSamples
  | RecordCounters
  | RecordMissing
  | RecordSkipped
  | RecordEnd;

/** A whole record, sorted out of its lines. */
export interface BenchRecord {
  readonly header: RecordHeader;
  readonly levels: readonly RecordLevel[];
  readonly samples: readonly RecordSamples[];
  readonly counters: readonly RecordCounters[];
  readonly missing: readonly RecordMissing[];
  readonly skipped: readonly RecordSkipped[];
  /** Null when the run was cut off. */
  readonly end: RecordEnd | null;
}
