import type { ProbeOperation } from '../probe/output.ts';
import type { ProbeSession, Readiness } from '../probe/session.ts';
import type { RecordSkipped, TakenSamples } from '../record/record.ts';
import { BARE_OPERATIONS } from './bare-operations.ts';
import { fromNanoseconds, type LevelClock, nanosecondsPerTick, unitOf } from './clock.ts';
import { compile } from './compile.ts';
import { compress } from './compress.ts';
import { fileSync } from './file-sync.ts';
import { httpRequest } from './http-request.ts';
import { iterateWithTinybench } from './iterate.ts';
import { PROBE_OPERATIONS } from './probe-operations.ts';
import { sqlTransaction } from './sql-transaction.ts';
import { threadWake } from './thread-wake.ts';
import { TOOL_WORKLOADS, timeWithTool } from './tools.ts';
import type { Effort, PreparedWorkload, Workload, WorkloadDescription } from './workload.ts';
import { NotAvailable } from './workload.ts';

/** What Node itself carries out. */
export const NODE_WORKLOADS: readonly Workload[] = [
  threadWake,
  fileSync,
  compress,
  compile,
  httpRequest,
  sqlTransaction,
];

/** Everything that is measured inside a level, once in every block. */
export const WORKLOADS: readonly WorkloadDescription[] = [...PROBE_OPERATIONS, ...NODE_WORKLOADS];

/**
 * Those in a bare guest too, which are measured where L3 is, and well-known benchmarks, where they are installed; both
 * where they are asked for.
 */
export const ALL_WORKLOADS: readonly WorkloadDescription[] = [
  ...WORKLOADS,
  ...BARE_OPERATIONS,
  ...TOOL_WORKLOADS,
];

export interface WorkloadRunOptions extends LevelClock {
  readonly level: number;
  readonly effort: Effort;
  readonly seed: number;
  /** The native probe, running; without one, what it carries out fails. */
  readonly probe: ProbeSession | null;
  /** A directory on the storage that is to be measured. */
  readonly scratchDirectory: string;
}

/** A workload in the pass that counts exits: `run` does `operations` operations and nothing else. */
export interface CountedWorkload {
  readonly operations: number;
  /** Everything that must not be counted. When it is not available, skip `run` and `finish`. */
  prepare(): Promise<Readiness>;
  /** What lies between two snapshots of the counters. @throws {Error} when an operation fails */
  run(): Promise<void>;
  finish(): Promise<void>;
}

/** Measures workloads at the level this process runs in, one at a time. Nothing is printed. */
export class WorkloadRunner {
  readonly #options: WorkloadRunOptions;
  #held: HeldWorkload | null = null;

  constructor(options: WorkloadRunOptions) {
    this.#options = options;
  }

  /**
   * Times the workload; what a level cannot do comes as a `skipped` line with the reason.
   * @param warming takes as many samples as the small effort does: the level is only to be warm afterwards
   * @param held leaves it prepared for `counted`, until `release`: starting a server once more takes a nested guest seconds
   * @throws {Error} when there is no such workload, or it fails
   */
  async time(name: string, { held = false, warming = false } = {}): Promise<TakenSamples | RecordSkipped> {
    const options: WorkloadRunOptions = warming ? { ...this.#options, effort: 'small' } : this.#options;
    const tool = TOOL_WORKLOADS.find((each) => each.name === name);
    if (tool !== undefined) return await timeWithTool(tool, options);
    const workload = NODE_WORKLOADS.find((each) => each.name === name);
    if (workload === undefined) return await timeWithProbe(descriptionOf(name), options);
    try {
      this.#held = { workload, prepared: await workload.prepare(options) };
      return await timeWithNode(this.#held, options);
    } catch (error) {
      if (!(error instanceof NotAvailable)) throw error;
      return { kind: 'skipped', level: this.#options.level, workload: name, reason: error.message };
    } finally {
      if (!held) await this.release();
    }
  }

  /** The same workload, for whoever counts exits one level down around `run`. */
  counted(name: string): CountedWorkload {
    const workload = NODE_WORKLOADS.find((each) => each.name === name);
    if (workload === undefined) return countedWithProbe(descriptionOf(name), this.#options);
    const held = this.#held?.workload === workload ? this.#held.prepared : undefined;
    if (held !== undefined) this.#held = null;
    return countedWithNode(workload, this.#options, held);
  }

  /** Gives back what was held for a pass that did not come. */
  async release(): Promise<void> {
    const held = this.#held;
    this.#held = null;
    await held?.prepared.dispose();
  }

  /**
   * Does once, untimed, what the first turn of a workload would find cold: code to be loaded and compiled, files to be
   * made, memory to be touched for the first time.
   * @throws {Error} when it fails
   */
  async rehearse(name: string): Promise<void> {
    const counted = this.counted(name);
    try {
      if ((await counted.prepare()).available) await counted.run();
    } finally {
      await counted.finish();
    }
  }
}

/** Whether its first turn differs from all others, so that it is worth a rehearsal. */
export const isRehearsed = (name: string): boolean =>
  NODE_WORKLOADS.some((workload) => workload.name === name) || descriptionOf(name).rehearsed === true;

interface HeldWorkload {
  readonly workload: Workload;
  readonly prepared: PreparedWorkload;
}

/** @throws {RangeError} naming those there are */
export function requireWorkloads(names: readonly string[]): void {
  const unknown = names.find((name) => !ALL_WORKLOADS.some((workload) => workload.name === name));
  if (unknown === undefined) return;
  throw new RangeError(
    `no workload is called '${unknown}'; there are ${ALL_WORKLOADS.map(({ name }) => name).join(', ')}`,
  );
}

function descriptionOf(name: string): WorkloadDescription {
  requireWorkloads([name]);
  return [...PROBE_OPERATIONS, ...BARE_OPERATIONS, ...TOOL_WORKLOADS].find((each) => each.name === name)!;
}

async function timeWithProbe(
  description: WorkloadDescription,
  options: WorkloadRunOptions,
): Promise<TakenSamples | RecordSkipped> {
  const { warmUp, samples } = description.effort[options.effort];
  const probe = requireProbe(options);
  const operation = await probe.measure({ operation: description.name, warmUp, samples });
  return toRecordLine(description, operation, probe.information.tscHz, options);
}

/** @throws {Error} when the record is to be in instructions and this level's counter does not count them */
export function toRecordLine(
  description: WorkloadDescription,
  operation: ProbeOperation,
  tscHz: number,
  options: LevelClock & { readonly level: number },
): TakenSamples | RecordSkipped {
  const { name: workload, waits, operationsPerSample = 1 } = description;
  const { level } = options;
  if (!operation.available) return { kind: 'skipped', level, workload, reason: operation.reason };
  const perTick = nanosecondsPerTick(tscHz, options);
  const requested = operation.requestedNs ?? 0;
  return {
    kind: 'samples',
    level,
    workload,
    class: description.class,
    unit: unitOf(options, waits),
    values: operation.ticks.map((ticks) =>
      fromNanoseconds((ticks * perTick - requested) / operationsPerSample, options, waits),
    ),
    operationsPerSample,
    warmUp: operation.warmUp,
    checksum: operation.result ?? null,
  };
}

async function timeWithNode(
  { workload, prepared }: HeldWorkload,
  options: WorkloadRunOptions,
): Promise<TakenSamples> {
  const { name, waits, asynchronous = false } = workload;
  const amount = workload.effort[options.effort];
  const iterations = await iterateWithTinybench(name, prepared, amount, process.hrtime.bigint, asynchronous);
  return {
    kind: 'samples',
    level: options.level,
    workload: name,
    class: workload.class,
    unit: unitOf(options, waits),
    values: iterations.nanoseconds.map((value) => fromNanoseconds(value, options, waits)),
    operationsPerSample: 1,
    warmUp: iterations.warmUp,
    checksum: prepared.checksum(),
  };
}

function countedWithProbe(
  { name, effort, operationsPerSample = 1 }: WorkloadDescription,
  options: WorkloadRunOptions,
): CountedWorkload {
  const samples = effort[options.effort].counted;
  const probe = requireProbe(options);
  let state: 'new' | 'ready' | 'run' = 'new';
  return {
    operations: samples * operationsPerSample,
    async prepare() {
      const readiness = await probe.prepareCount(name, samples);
      if (readiness.available) state = 'ready';
      return readiness;
    },
    async run() {
      if (state !== 'ready') throw notPrepared(name);
      state = 'run';
      await probe.run(samples);
    },
    async finish() {
      if (state === 'ready') await probe.cancel();
      state = 'new';
    },
  };
}

/** @param held the workload, prepared and warm */
function countedWithNode(
  workload: Workload,
  options: WorkloadRunOptions,
  held?: PreparedWorkload,
): CountedWorkload {
  const operations = workload.effort[options.effort].counted;
  let prepared = held;
  return {
    operations,
    async prepare() {
      if (prepared !== undefined) return { available: true };
      try {
        prepared = await workload.prepare(options);
      } catch (error) {
        if (!(error instanceof NotAvailable)) throw error;
        return { available: false, reason: error.message };
      }
      await prepared.iterate();
      return { available: true };
    },
    async run() {
      if (prepared === undefined) throw notPrepared(workload.name);
      if (workload.asynchronous) for (let i = 0; i < operations; i++) await prepared.iterate();
      else for (let i = 0; i < operations; i++) void prepared.iterate();
    },
    async finish() {
      try {
        prepared?.checksum();
      } finally {
        await prepared?.dispose();
        prepared = undefined;
      }
    },
  };
}

function requireProbe({ probe }: WorkloadRunOptions): ProbeSession {
  if (probe === null) throw new Error('the native probe is not running');
  return probe;
}

const notPrepared = (name: string): Error =>
  new Error(`${name}: run() before prepare() said it is available`);
