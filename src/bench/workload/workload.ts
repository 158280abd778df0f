import type { RecordSamples } from '../record/record.ts';

/** How much is measured: enough for a test, or enough for an answer. The work of one iteration is the same in both. */
export type Effort = 'small' | 'default';

export const EFFORTS: readonly Effort[] = ['small', 'default'];

export interface Amount {
  /** Iterations that only warm up: kept in the record, left out of summaries. */
  readonly warmUp: number;
  readonly samples: number;
  /** Operations of the pass in which exits are counted and nothing is timed. */
  readonly counted: number;
}

/** What every workload declares about itself, whoever carries it out. */
export interface WorkloadDescription {
  readonly name: string;
  /** What it exercises, as a phrase for a list of workloads. */
  readonly exercises: string;
  readonly class: RecordSamples['class'];
  /** Should cause no exit of its own, so that it costs the same at every level. */
  readonly exitFree: boolean;
  /**
   * Waits for a device or a timer. Under the instruction clock its time is virtual time that passes while nothing
   * executes, so it is recorded in nanoseconds and never as instructions.
   */
  readonly waits: boolean;
  /**
   * Makes files or touches memory when it is first prepared. It is then done once before anything is measured, while the
   * hypervisors still give out huge pages.
   */
  readonly rehearsed?: true;
  /** Operations between two readings of the clock; one when left out. */
  readonly operationsPerSample?: number;
  readonly effort: Readonly<Record<Effort, Amount>>;
}

interface WorkloadInput {
  readonly seed: number;
  /** A directory on the storage to be measured. The workload makes its own files in it and removes them. */
  readonly scratchDirectory: string;
}

/** A workload ready to run: everything that is not to be measured has been done. */
export interface PreparedWorkload {
  /** One operation: the only thing that is timed. A promise when, and only when, the workload is asynchronous. */
  iterate(): void | Promise<void>;
  /**
   * Hash of what the iterations computed, after checking that it is right.
   * @throws {Error} when the result is wrong
   */
  checksum(): string;
  dispose(): void | Promise<void>;
}

/** A workload that Node itself carries out. One a file. */
export interface Workload extends WorkloadDescription {
  /** An iteration gives the processor away before it is over. */
  readonly asynchronous?: true;
  /** @throws {NotAvailable} when this level cannot run it */
  prepare(input: WorkloadInput): PreparedWorkload | Promise<PreparedWorkload>;
}

/** A level cannot run this workload; the message says why. */
export class NotAvailable extends Error {
  override readonly name = 'NotAvailable';
}
