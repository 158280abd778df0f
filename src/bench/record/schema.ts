import { z } from 'zod';
import {
  type BenchRecord,
  RECORD_SCHEMA,
  type RecordBlock,
  type RecordCounters,
  type RecordEnd,
  type RecordHeader,
  type RecordLevel,
  type RecordLine,
  type RecordMissing,
  type RecordSamples,
  type RecordSkipped,
  type RecordWarming,
} from './record.ts';

// The descriptions end up in the published JSON Schema, where an editor shows them.

const level = z.int().min(0).max(9).describe('0 is the metal, 1 its guest, and so on.');
const facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const timestamp = z.iso.datetime({ offset: true }).describe('ISO 8601, with the time zone.');
const workload = z.string().min(1);
const boot = z.int().min(1).describe('The boot of its level, counted from 1.');
const block = z
  .int()
  .min(0)
  .describe('Counted from 1 through all boots; 0 for what is measured once a boot.');
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
    seed: z.int().describe('Of the workloads’ input, and of the order within each block.'),
    plan: z.strictObject({
      boots: z.int().positive().describe('How often every level was to be booted anew.'),
      blocks: z.int().positive().describe('Blocks in each boot.'),
      order: z.enum(['random', 'by-level']),
      workloads: z.array(workload),
    }),
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
    boot,
    name: z.enum(['metal', 'L1', 'L2', 'L3']),
    accelerator: z.strictObject({
      name: z.enum(['emulated-cpu', 'kvm', 'none', 'other']),
      verified: z.boolean(),
      evidence: z.array(z.string()).describe('What was seen that proves it.'),
    }),
    bootTries: z.int().min(0),
    losses: z
      .array(z.string())
      .readonly()
      .exactOptional()
      .describe('Why it was lost since it was last reached: while it measured, or in a try that failed.'),
    bootSeconds: z.number().nonnegative(),
    environment: facts,
  })
  .describe(
    'A boot of a level that was reached, and what proves what it runs on.',
  ) satisfies z.ZodType<RecordLevel>;

const workloadClass = z.enum(['control', 'exit', 'memory', 'kernel', 'storage', 'network', 'application']);
const unit = z.enum(['ns', 'instructions']);
const values = z
  .array(z.number())
  .min(1)
  .describe('Cost of one operation each, in the order they were taken.');
const operationsPerSample = z.int().positive();
const checksum = z
  .string()
  .min(1)
  .nullable()
  .describe('Hash of the computed result; the same at every level, or the work was not.');

const samples = z
  .strictObject({
    kind: z.literal('samples'),
    ...{ level, boot, block, workload },
    ...{ class: workloadClass, unit, values, operationsPerSample },
    warmUp: z.int().nonnegative().describe('How many of the first values are warm-up.'),
    outliers: z
      .array(z.int().nonnegative())
      .describe(
        'Which values, counted from 0, lie far from the rest. They are marked, and left out of nothing.',
      ),
    checksum,
  })
  .refine(({ values, warmUp }) => warmUp < values.length, {
    path: ['warmUp'],
    error: 'expected fewer warm-up values than values',
  })
  .refine(({ values, outliers }) => outliers.every((index) => index < values.length), {
    path: ['outliers'],
    error: 'expected numbers of values, counted from 0',
  })
  .describe('Raw samples of one workload at one level in one block.') satisfies z.ZodType<RecordSamples>;

const warming = z
  .strictObject({
    kind: z.literal('warming'),
    ...{ level, boot, workload, class: workloadClass, unit, values, operationsPerSample, checksum },
  })
  .describe(
    'What a workload took the first time a level ran it in a boot, before any block: part of no summary.',
  ) satisfies z.ZodType<RecordWarming>;

const counters = z
  .strictObject({
    kind: z.literal('counters'),
    level: level.describe('The level whose hypervisor counted.'),
    workloadLevel: level,
    boot: boot.describe('The boot of the workload’s level.'),
    block,
    workload,
    operations: z.int().nonnegative(),
    source: z.string().min(1),
    delta: z.record(z.string(), z.number()),
  })
  .describe(
    'Growth of a hypervisor’s counters while a guest ran a workload.',
  ) satisfies z.ZodType<RecordCounters>;

const blockLine = z
  .strictObject({
    kind: z.literal('block'),
    block: z.int().min(1),
    order: z.array(z.string().regex(/^\d\/./)).describe('LEVEL/WORKLOAD in the order they were measured.'),
    valid: z.boolean().describe('False when something disturbed it: its levels must not be compared.'),
    reasons: z.array(z.string()).describe('What disturbed it.'),
    started: timestamp,
    seconds: z.number().nonnegative(),
    watched: z.record(z.string(), facts).describe('By level, and `machine` for what the lab itself runs on.'),
  })
  .refine(({ valid, reasons }) => valid === (reasons.length === 0), {
    path: ['reasons'],
    error: 'expected a reason when the block is not valid, and none when it is',
  })
  .describe(
    'A block that was measured to its end: every workload at every level once.',
  ) satisfies z.ZodType<RecordBlock>;

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
  warming,
  counters,
  block: blockLine,
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
  warming,
  counters,
  blockLine,
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
    boots,
    samples: taken,
    warming: warmedUp,
    counters: counted,
    blocks,
    missing: lost,
    skipped: left,
  } = record;
  const lines: RecordLine[] = [
    first,
    ...boots,
    ...taken,
    ...counted,
    ...blocks,
    ...left,
    ...lost,
    ...warmedUp,
  ];
  return record.end === null ? lines : [...lines, record.end];
}
