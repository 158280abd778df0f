import type { Engine } from '../machine/engine.ts';
import type { DropReason } from '../machine/network/frame-counts.ts';

/**
 * What a simulation answers, tidy: one row a figure, the same in JSON, CSV and the report's tables.
 *
 * `mean`, `low` and `high` are over replications (95 % Student-t interval); `p50`, `p95` and `p99` are over the
 * observations inside them (requests for a response time, vCPUs for a share); `n` counts the replications.
 * A figure that cannot be had is `null`, never 0.
 */
export interface Row {
  readonly entity: string;
  readonly level: number;
  readonly metric: Metric;
  readonly unit: Unit;
  readonly mean: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly n: number;
  /**
   * One value a replication, in their order; null where there was none. Results of one seed are paired by it. Absent
   * where only the figure is told.
   */
  readonly sample?: readonly (number | null)[];
}

export const ROW_COLUMNS = [
  'entity',
  'level',
  'metric',
  'unit',
  'mean',
  'low',
  'high',
  'p50',
  'p95',
  'p99',
  'n',
] as const satisfies readonly (keyof Row)[];

export type Unit = 'ratio' | '%' | '1/s' | 'ms' | 's' | 'frames/s' | 'cpus';

export type Metric =
  /** Mean response (or time per unit of work) over that of the same VM alone on the metal, same random numbers. */
  | 'slowdown'
  /** The 95th percentile of response over the 95th percentile alone on the metal. */
  | 'slowdown-p95'
  | 'response'
  | 'throughput'
  /** Had a CPU, as its own hypervisor sees it; with ready, co-stop, limited and halted all of wall time. */
  | 'running'
  /** Wanted to run and was not picked by its own hypervisor's scheduler, share of wall time. */
  | 'ready'
  /** The same time as the guest's own counter shows it: share of the time its vCPUs were not halted. */
  | 'steal'
  /** Believed itself running while a level below had taken the CPU away: invisible to the guest. */
  | 'hidden-steal'
  /** Wanted to run and was stopped because it was too far ahead of its slowest sibling, share of wall time. */
  | 'co-stop'
  /** Wanted to run and its VM had used up its CPU limit, share of wall time. */
  | 'limited'
  | 'halted'
  /** Parts of the time it ran: a task of it kept the CPU and waited for another; it had halted and was waited for. */
  | 'spin'
  | 'polling'
  /** How often a vCPU trapped because it spun. */
  | 'spin-exits'
  /** Mean wait for a critical section; share of those during which its holder lost the CPU; mean wait at a barrier. */
  | 'lock-wait'
  | 'lock-holder-preempted'
  | 'barrier-wait'
  /** Where the physical CPUs' time went: shares of all of it; together they are 100 %. */
  | 'cpu-guest'
  | 'cpu-hypervisor'
  | 'cpu-switch'
  | 'cpu-spin'
  | 'cpu-polling'
  | 'cpu-idle'
  | 'frames-delivered'
  | 'frames-copied'
  | 'frames-dropped'
  /** The same by reason; rows only for reasons that occur. */
  | `dropped-${DropReason}`
  | 'dropped-copies'
  /** Unwanted copies that a hypervisor or a guest looked at and dropped. */
  | 'frames-discarded'
  /** Of the delivered, those that went to every port because their address was not known. */
  | 'frames-flooded'
  | 'frames-broadcast'
  /** How much of what the host's network card can carry each way is used. */
  | 'nic-out'
  | 'nic-in'
  /** The host's disk: I/Os a second, share of its nearest limit, time of an I/O there. */
  | 'disk-throughput'
  | 'disk-used'
  | 'disk-latency'
  /** The 95th percentile of that, replication by replication. */
  | 'disk-latency-p95'
  /** Time of an I/O as the system that issued it sees it. */
  | 'disk-wait'
  /** What a hypervisor and its VMs would use, against what there is. */
  | 'memory-used'
  /** Of what its VMs work with, what it has swapped out. */
  | 'memory-swapped'
  /** From a VM's own start until it is up, and from the first start until all are. */
  | 'boot-time'
  | 'boot-all';

/** Something the reader must know in words: a port that drops, an assumption that carries the answer. */
export interface Finding {
  readonly severity: 'note' | 'warning' | 'error';
  readonly code: string;
  readonly text: string;
}

export interface TargetVerdict {
  readonly target: string;
  readonly limit: number;
  readonly unit: Unit;
  /** null when nothing was seen that could be held against it. */
  readonly observed: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly verdict: 'met' | 'missed' | 'inconclusive';
}

/** How well the figures that decide are known, when a precision was asked for (precision.ts). */
export interface Precision {
  /** Half-width of the 95 % intervals asked for, as a share: 0.05 for +-5 %. */
  readonly wanted: number;
  /** The half-width of the figure known least well, likewise; null when it has none. */
  readonly reached: number | null;
  /** Which figure that is: a role and a metric, or a target; null when nothing was watched. */
  readonly figure: string | null;
  readonly met: boolean;
  /** Replications allowed. */
  readonly most: number;
}

/** What a phase beside the exercise gave. */
export interface PhaseRows {
  readonly kind: 'install' | 'idle';
  readonly warmUpSeconds: number;
  readonly measuredSeconds: number;
  readonly rows: readonly Row[];
}

/** How far what is not known of the platform and the workloads may move the answer (uncertainty.ts). */
export interface Uncertainty {
  /** Sets of figures drawn within their bounds. */
  readonly sets: number;
  readonly rows: readonly UncertainRow[];
}

export interface UncertainRow extends Pick<Row, 'entity' | 'level' | 'metric' | 'unit' | 'mean'> {
  /** Chance and uncertain figures together, 95 %. */
  readonly low: number;
  readonly high: number;
  /** What the spread comes from, the most first; together 1, unless there is none. */
  readonly parts: readonly { readonly what: string; readonly share: number }[];
}

export interface SimulationResult {
  readonly schema: 'nestmark/result@1';
  readonly version: string;
  readonly engine: Engine;
  readonly scenario: { readonly name: string; readonly hash: string };
  readonly platform: { readonly name: string; readonly hash: string; readonly bases: BasisCount };
  readonly host: {
    readonly name: string;
    readonly cpus: number;
    readonly memoryBytes: number;
    readonly source: string;
  };
  readonly seats: number;
  readonly seed: number;
  readonly replications: number;
  /** Only when a precision was asked for. */
  readonly precision?: Precision;
  /** Only when asked for. */
  readonly uncertainty?: Uncertainty;
  readonly warmUpSeconds: number;
  readonly measuredSeconds: number;
  readonly events: number;
  readonly rows: readonly Row[];
  readonly targets: readonly TargetVerdict[];
  /** Of the phases beside the exercise, in the scenario's order; absent without one. */
  readonly phases?: readonly PhaseRows[];
  readonly findings: readonly Finding[];
}

/** How many of the numbers behind an answer rest on what. */
export interface BasisCount {
  readonly measured: number;
  readonly published: number;
  readonly derived: number;
  readonly assumed: number;
}
