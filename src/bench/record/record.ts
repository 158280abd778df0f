/**
 * A record: what one run of the agent measured, as JSON Lines. The first line is the header, the last the end;
 * a file without an end is a run that was cut off. Lines in between may come in any order.
 *
 * Records of version 1, which knew neither boots nor blocks, are read as what they are: one boot of every level, and
 * one block (record-version.ts).
 */
export const RECORD_SCHEMA = 'nestmark/record@2';

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
  /** Of the workloads' input, and of the order within each block. */
  readonly seed: number;
  readonly plan: RecordPlan;
  readonly settings: Readonly<Record<string, string | number | boolean>>;
  /** The machine the lab itself runs on: what emulates the metal. Never a term of a ratio. */
  readonly machine: Readonly<Record<string, string | number | boolean>>;
}

/** What was to be measured: `boots` times `blocks` blocks, each with every workload at every level once. */
export interface RecordPlan {
  /** The outer repetition: how often every level is booted anew. */
  readonly boots: number;
  /** Blocks measured in each boot. */
  readonly blocks: number;
  /** `random`: shuffled within each block, from the seed. `by-level`: all of one level, then all of the next. */
  readonly order: 'random' | 'by-level';
  /** Workloads that were asked for, in the order they are listed. */
  readonly workloads: readonly string[];
}

/** One boot of a level that was reached, and what proves what it runs on. */
export interface RecordLevel {
  readonly kind: 'level';
  readonly level: number;
  /** Counts the boots of this level that were reached, from 1. */
  readonly boot: number;
  readonly name: 'metal' | 'L1' | 'L2' | 'L3';
  readonly accelerator: {
    /** `other`: a hypervisor that is not KVM, as CPUID announces it. */
    readonly name: 'emulated-cpu' | 'kvm' | 'none' | 'other';
    readonly verified: boolean;
    /** What was seen, e.g. `nested_run grew by 1204 on the level below while this guest ran`. */
    readonly evidence: readonly string[];
  };
  /** Boots tried before this level answered, the successful one included. */
  readonly bootTries: number;
  /** Why it was lost since it was last reached: in the middle of measuring, or in a try that failed. Left out when it was not. */
  readonly losses?: readonly string[];
  readonly bootSeconds: number;
  readonly environment: Readonly<Record<string, string | number | boolean>>;
}

/** What something that was measured exercises: the part of the machine whose cost it is. */
export type WorkloadClass =
  /** Takes no exits and should cost the same at every level. */
  | 'control'
  /** One operation is one exit, or few. */
  | 'exit'
  | 'memory'
  | 'kernel'
  | 'storage'
  | 'network'
  | 'application';

/** Block number of what is done once a boot and not once a block: a boot itself, and warming up. */
export const OUTSIDE_BLOCKS = 0;

/** Raw samples of one workload at one level in one block. */
export interface RecordSamples {
  readonly kind: 'samples';
  readonly level: number;
  /** The boot of its level it was taken in: the line of kind `level` with the same number. */
  readonly boot: number;
  /** Counts from 1 through all boots; or OUTSIDE_BLOCKS. Levels are compared within a block. */
  readonly block: number;
  readonly workload: string;
  readonly class: WorkloadClass;
  readonly unit: 'ns' | 'instructions';
  /** Each value is the cost of one operation (after dividing by `operationsPerSample`). */
  readonly values: readonly number[];
  readonly operationsPerSample: number;
  /** The first `warmUp` values are warm-up: kept, and left out of summaries. */
  readonly warmUp: number;
  /** Which values (0-based) lie far from the rest: marked, and left out of nothing (outliers.ts). */
  readonly outliers: readonly number[];
  /** Hash of the computed result; equal at every level, or the work was not the same. */
  readonly checksum: string | null;
}

/** Samples as a level takes them: where in the record they belong, and which lie far out, others know. */
export type TakenSamples = Omit<RecordSamples, 'boot' | 'block' | 'outliers'>;

/**
 * What a level took the first time it ran a workload in a boot, before any block: code was loaded and compiled, page
 * tables filled. It is kept to be looked at, and is part of no summary.
 */
export type RecordWarming = Omit<RecordSamples, 'kind' | 'block' | 'warmUp' | 'outliers'> & {
  readonly kind: 'warming';
};

/** Growth of a hypervisor's counters at `level` while the guest at `workloadLevel` ran `operations` of a workload. */
export interface RecordCounters {
  readonly kind: 'counters';
  /** The level whose hypervisor counted. */
  readonly level: number;
  readonly workloadLevel: number;
  /** The boot of the workload's level. */
  readonly boot: number;
  readonly block: number;
  readonly workload: string;
  readonly operations: number;
  /** e.g. `debugfs kvm` totals, or `kvm_exit by reason`. */
  readonly source: string;
  readonly delta: Readonly<Record<string, number>>;
}

/** A block that was measured to its end, and whether its levels may be compared. */
export interface RecordBlock {
  readonly kind: 'block';
  readonly block: number;
  /** `LEVEL/WORKLOAD` in the order they were measured. */
  readonly order: readonly string[];
  /** False when something disturbed it. What it measured stays in the record all the same. */
  readonly valid: boolean;
  /** What disturbed it, in words; none when it is valid. */
  readonly reasons: readonly string[];
  readonly started: string;
  readonly seconds: number;
  /** What was watched while it ran, for each level by its number, and for the machine the lab runs on as `machine`. */
  readonly watched: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>>;
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
  | RecordWarming
  | RecordCounters
  | RecordBlock
  | RecordMissing
  | RecordSkipped
  | RecordEnd;

/** A whole record, sorted out of its lines. */
export interface BenchRecord {
  readonly header: RecordHeader;
  /** The first boot of each level. */
  readonly levels: readonly RecordLevel[];
  /** Every boot of every level. */
  readonly boots: readonly RecordLevel[];
  readonly samples: readonly RecordSamples[];
  readonly warming: readonly RecordWarming[];
  readonly counters: readonly RecordCounters[];
  readonly blocks: readonly RecordBlock[];
  readonly missing: readonly RecordMissing[];
  readonly skipped: readonly RecordSkipped[];
  /** Null when the run was cut off. */
  readonly end: RecordEnd | null;
}
