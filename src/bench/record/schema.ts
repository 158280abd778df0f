import { z } from 'zod';
import {
  type BenchRecord,
  RECORD_SCHEMA,
  type RecordCounters,
  type RecordEnd,
  type RecordHeader,
  type RecordLevel,
  type RecordLine,
  type RecordMissing,
  type RecordSamples,
  type RecordSkipped,
} from './record.ts';

// The descriptions end up in the published JSON Schema, where an editor shows them.

const level = z.int().min(0).max(9).describe('0 is the metal, 1 its guest, and so on.');
const facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const timestamp = z.iso.datetime({ offset: true }).describe('ISO 8601, with the time zone.');
const workload = z.string().min(1);
const console = z.array(z.string()).describe('Last lines of its console.');

const header = z
  .strictObject({
    kind: z.literal('header'),
    schema: z.literal(RECORD_SCHEMA),
    id: z.string().min(1),
    version: z.string().describe('The nestmark that wrote this.'),
    lab: z.enum(['emulated', 'here', 'kvm', 'ssh']),
    clock: z.enum(['time', 'instructions']),
    nsPerInstruction: z
      .number()
      .positive()
      .nullable()
      .describe('Virtual nanoseconds an executed instruction takes; null on the time clock.'),
    started: timestamp,
    seed: z.int(),
    settings: facts,
    machine: facts.describe('What the lab itself runs on. Never a term of a ratio.'),
  })
  .refine(({ clock, nsPerInstruction }) => (clock === 'instructions') === (nsPerInstruction !== null), {
    path: ['nsPerInstruction'],
    error: 'expected a number when the clock is instructions, and null when it is time',
  })
  .describe('The first line: how the record was made.') satisfies z.ZodType<RecordHeader>;

const levelLine = z
  .strictObject({
    kind: z.literal('level'),
    level,
    name: z.enum(['metal', 'L1', 'L2', 'L3']),
    accelerator: z.strictObject({
      name: z.enum(['emulated-cpu', 'kvm', 'none']),
      verified: z.boolean(),
      evidence: z.array(z.string()).describe('What was seen that proves it.'),
    }),
    bootTries: z.int().min(0),
    bootSeconds: z.number().nonnegative(),
    environment: facts,
  })
  .describe('A level that was reached, and what proves what it runs on.') satisfies z.ZodType<RecordLevel>;

const samples = z
  .strictObject({
    kind: z.literal('samples'),
    level,
    workload,
    class: z.enum(['control', 'exit', 'application']),
    unit: z.enum(['ns', 'instructions']),
    values: z.array(z.number()).min(1).describe('Cost of one operation each, in the order they were taken.'),
    operationsPerSample: z.int().positive(),
    warmUp: z.int().nonnegative().describe('How many of the first values are warm-up.'),
    checksum: z
      .string()
      .min(1)
      .nullable()
      .describe('Hash of the computed result; the same at every level, or the work was not.'),
  })
  .refine(({ values, warmUp }) => warmUp < values.length, {
    path: ['warmUp'],
    error: 'expected fewer warm-up values than values',
  })
  .describe('Raw samples of one workload at one level.') satisfies z.ZodType<RecordSamples>;

const counters = z
  .strictObject({
    kind: z.literal('counters'),
    level: level.describe('The level whose hypervisor counted.'),
    workloadLevel: level,
    workload,
    operations: z.int().nonnegative(),
    source: z.string().min(1),
    delta: z.record(z.string(), z.number()),
  })
  .describe(
    'Growth of a hypervisor’s counters while a guest ran a workload.',
  ) satisfies z.ZodType<RecordCounters>;

const missing = z
  .strictObject({ kind: z.literal('missing'), level, reason: z.string(), tries: z.int().min(0), console })
  .describe('A level that was asked for and not reached.') satisfies z.ZodType<RecordMissing>;

const skipped = z
  .strictObject({ kind: z.literal('skipped'), level, workload, reason: z.string() })
  .describe('A workload that a level could not run.') satisfies z.ZodType<RecordSkipped>;

const end = z
  .strictObject({ kind: z.literal('end'), finished: timestamp, levelsReached: z.array(level) })
  .describe('The last line; a file without it is a run that was cut off.') satisfies z.ZodType<RecordEnd>;

/** Every kind of line, by its `kind`. */
export const RECORD_LINE_SCHEMAS = {
  header,
  level: levelLine,
  samples,
  counters,
  missing,
  skipped,
  end,
} as const satisfies {
  readonly [Kind in RecordLine['kind']]: z.ZodType<Extract<RecordLine, { kind: Kind }>>;
};

export const recordLineSchema = z.discriminatedUnion('kind', [
  header,
  levelLine,
  samples,
  counters,
  missing,
  skipped,
  end,
]) satisfies z.ZodType<RecordLine>;

/** The JSON Schema of one line of a record, as published in docs/schemas/record.schema.json. */
export function recordJsonSchema(): string {
  const schema = {
    ...z.toJSONSchema(recordLineSchema, { target: 'draft-2020-12' }),
    title: `One line of a nestmark record (${RECORD_SCHEMA}), a JSON Lines file`,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** The inverse of reading: a record as lines, in the order of its parts. */
export function recordLines(record: BenchRecord): readonly RecordLine[] {
  const {
    header: first,
    levels,
    samples: measured,
    counters: counted,
    missing: lost,
    skipped: left,
  } = record;
  const lines: RecordLine[] = [first, ...levels, ...measured, ...counted, ...left, ...lost];
  return record.end === null ? lines : [...lines, record.end];
}
