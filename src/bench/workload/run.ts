import { ProbeCounter, type Readiness } from '../probe/count.ts';
import type { ProbeOperation } from '../probe/output.ts';
import { measureWithProbe } from '../probe/run.ts';
import type { RecordSamples, RecordSkipped, TakenSamples } from '../record/record.ts';
import { fromNanoseconds, type LevelClock, nanosecondsPerTick, unitOf } from './clock.ts';
import { compress } from './compress.ts';
import { fileSync } from './file-sync.ts';
import { hash } from './hash.ts';
import { iterateWithTinybench } from './iterate.ts';
import { PROBE_OPERATIONS } from './probe-operations.ts';
import type { Effort, PreparedWorkload, Workload, WorkloadDescription } from './workload.ts';

/** What Node itself carries out, in the order it does. */
export const NODE_WORKLOADS: readonly Workload[] = [hash, compress, fileSync];

/** Everything that is measured inside a level. */
export const WORKLOADS: readonly WorkloadDescription[] = [...PROBE_OPERATIONS, ...NODE_WORKLOADS];

export interface WorkloadRunOptions extends LevelClock {
  readonly level: number;
  readonly effort: Effort;
  readonly seed: number;
  /** The compiled native probe (see ../probe/compile.ts). */
  readonly probePath: string;
  /** A directory on the storage that is to be measured. */
  readonly scratchDirectory: string;
  /** Names of the workloads to run; all of them when left out. */
  readonly only?: readonly string[];
}

/**
 * Measures every workload at the level this process runs in. Nothing is printed; what a level cannot do comes as a
 * `skipped` line with the reason.
 */
export async function* runWorkloads(
  options: WorkloadRunOptions,
): AsyncGenerator<TakenSamples | RecordSkipped, void, void> {
  yield* runProbe(options);
  for (const workload of wanted(NODE_WORKLOADS, options)) yield runNodeWorkload(workload, options);
}

/** One workload of the pass that counts exits: `run` does `operations` operations and nothing else. */
export interface CountedWorkload {
  readonly workload: string;
  readonly class: RecordSamples['class'];
  readonly operations: number;
  /** Everything that must not be counted. When it is not available, skip `run` and `finish`. */
  prepare(): Promise<Readiness>;
  /** What lies between two snapshots of the counters. @throws {Error} when an operation fails */
  run(): Promise<void>;
  finish(): Promise<void>;
}

/** The same workloads, for whoever counts exits one level up around each `run`. */
export function countedWorkloads(options: WorkloadRunOptions): readonly CountedWorkload[] {
  return [
    ...wanted(PROBE_OPERATIONS, options).map((operation) => countedProbeOperation(operation, options)),
    ...wanted(NODE_WORKLOADS, options).map((workload) => countedNodeWorkload(workload, options)),
  ];
}

function wanted<Description extends WorkloadDescription>(
  workloads: readonly Description[],
  { only }: WorkloadRunOptions,
): readonly Description[] {
  if (only === undefined) return workloads;
  const unknown = only.find((name) => !WORKLOADS.some((workload) => workload.name === name));
  if (unknown !== undefined) {
    throw new Error(
      `no workload is called '${unknown}'; there are ${WORKLOADS.map(({ name }) => name).join(', ')}`,
    );
  }
  return workloads.filter(({ name }) => only.includes(name));
}

async function* runProbe(options: WorkloadRunOptions): AsyncGenerator<TakenSamples | RecordSkipped> {
  const descriptions = wanted(PROBE_OPERATIONS, options);
  if (descriptions.length === 0) return;
  const output = await measureWithProbe(
    options.probePath,
    descriptions.map(({ name, effort }) => ({
      operation: name,
      warmUp: effort[options.effort].warmUp,
      samples: effort[options.effort].samples,
    })),
  );
  for (const description of descriptions) {
    const operation = output.operations.find((candidate) => candidate.operation === description.name);
    if (operation === undefined) {
      throw new Error(
        `the native probe ${options.probePath} printed nothing for '${description.name}'; build it anew`,
      );
    }
    yield toRecordLine(description, operation, output.information.tscHz, options);
  }
}

function toRecordLine(
  description: WorkloadDescription,
  operation: ProbeOperation,
  tscHz: number,
  options: WorkloadRunOptions,
): TakenSamples | RecordSkipped {
  const { name: workload, waits } = description;
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
    values: operation.ticks.map((ticks) => fromNanoseconds(ticks * perTick - requested, options, waits)),
    operationsPerSample: 1,
    warmUp: operation.warmUp,
    checksum: operation.result ?? null,
  };
}

async function runNodeWorkload(workload: Workload, options: WorkloadRunOptions): Promise<TakenSamples> {
  const prepared = workload.prepare(options);
  try {
    const iterations = await iterateWithTinybench(workload.name, prepared, workload.effort[options.effort]);
    return {
      kind: 'samples',
      level: options.level,
      workload: workload.name,
      class: workload.class,
      unit: unitOf(options, workload.waits),
      values: iterations.nanoseconds.map((value) => fromNanoseconds(value, options, workload.waits)),
      operationsPerSample: 1,
      warmUp: iterations.warmUp,
      checksum: prepared.checksum(),
    };
  } finally {
    prepared.dispose();
  }
}

function countedProbeOperation(
  description: WorkloadDescription,
  { probePath, effort }: WorkloadRunOptions,
): CountedWorkload {
  const operations = description.effort[effort].counted;
  let counter: ProbeCounter | undefined;
  return {
    workload: description.name,
    class: description.class,
    operations,
    async prepare() {
      const started = await ProbeCounter.start(probePath, description.name, operations);
      counter = started.readiness.available ? started.counter : undefined;
      return started.readiness;
    },
    async run() {
      const done = await requirePrepared(counter, description.name).run();
      if (done !== operations) {
        throw new Error(`${description.name}: only ${done} of ${operations} operations were done`);
      }
    },
    async finish() {
      await counter?.finish();
      counter = undefined;
    },
  };
}

function countedNodeWorkload(workload: Workload, options: WorkloadRunOptions): CountedWorkload {
  const operations = workload.effort[options.effort].counted;
  let prepared: PreparedWorkload | undefined;
  return {
    workload: workload.name,
    class: workload.class,
    operations,
    async prepare() {
      prepared = workload.prepare(options);
      prepared.iterate();
      return { available: true };
    },
    async run() {
      const ready = requirePrepared(prepared, workload.name);
      for (let i = 0; i < operations; i++) ready.iterate();
    },
    async finish() {
      try {
        prepared?.checksum();
      } finally {
        prepared?.dispose();
        prepared = undefined;
      }
    },
  };
}

function requirePrepared<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new Error(`${name}: run() before prepare() said it is available`);
  return value;
}
