import { z } from 'zod';
import { EFFORTS } from '../workload/workload.ts';

/**
 * What an agent and the level below it say to each other: one JSON object a line. Up go reports, down go answers, and
 * an agent waits for an answer only after `hello` and `mark`. A level hands everything its guest reports down to the
 * level below it, so that what L2 says arrives at the machine the lab runs on.
 */
export const PROTOCOL_VERSION = 1;

const level = z.int().min(0).max(9);
const facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

/** One thing that speaks for a level's accelerator, and whether it was really seen. */
const evidence = z.strictObject({ claim: z.string(), holds: z.boolean() });

const reportSchema = z.discriminatedUnion('type', [
  /** The agent is up and wants to be told what to do. Answered by `configuration`. */
  z.strictObject({ type: z.literal('hello'), protocol: z.literal(PROTOCOL_VERSION) }),
  /** A boot of this level begins. What an earlier boot of it reported and did not complete is void. */
  z.strictObject({ type: z.literal('boot'), level, attempt: z.int().positive() }),
  /** The level says what it is; each level below it adds what it saw. */
  z.strictObject({
    type: z.literal('level'),
    level,
    bootSeconds: z.number().nonnegative(),
    environment: facts,
    evidence: z.array(evidence),
  }),
  /** A line for the record; whoever writes the record checks it. */
  z.strictObject({ type: z.literal('record'), level, line: z.looseObject({ kind: z.string() }) }),
  z.strictObject({ type: z.literal('progress'), level, step: z.string() }),
  /** A counted workload begins or ends: every hypervisor below takes its counters. Answered by `go`. */
  z.strictObject({
    type: z.literal('mark'),
    phase: z.enum(['begin', 'end']),
    level,
    workload: z.string(),
    operations: z.int().nonnegative(),
  }),
  /** The level has measured all it was asked to. */
  z.strictObject({ type: z.literal('measured'), level }),
  /** A boot of this level failed, or its agent did; it may be tried again. */
  z.strictObject({ type: z.literal('lost'), level, reason: z.string(), console: z.array(z.string()) }),
  /** The level will not be tried again. */
  z.strictObject({
    type: z.literal('gave-up'),
    level,
    tries: z.int().nonnegative(),
    reason: z.string(),
    console: z.array(z.string()),
  }),
  /** The agent itself failed. */
  z.strictObject({ type: z.literal('failed'), level: level.nullable(), reason: z.string() }),
  /** The agent has nothing more to do and will power its level off. */
  z.strictObject({ type: z.literal('done'), level }),
]);

/** What an agent is to do. Handed from level to level with only `level`, `measured` and `attempt` changed. */
export const configurationSchema = z.strictObject({
  level,
  /** The innermost level that is wanted. */
  depth: level,
  clock: z.enum(['time', 'instructions']),
  nsPerInstruction: z.number().positive().nullable(),
  effort: z.enum(EFFORTS as [string, ...string[]]).transform((value) => value as (typeof EFFORTS)[number]),
  seed: z.int(),
  /** Names of the workloads to run; all of them when left out. */
  only: z.array(z.string()).optional(),
  /** Levels that have measured everything in an earlier boot: not again. */
  measured: z.array(level),
  /** Limits of one boot, in seconds of the clock of the level that waits. */
  patience: z.strictObject({
    tries: z.int().positive(),
    bootSeconds: z.number().positive(),
    silenceSeconds: z.number().positive(),
  }),
  /** Further kernel parameters by level, and in which attempts, for experiments and tests. */
  kernelParameters: z.array(
    z.strictObject({ level, attempts: z.array(z.int()).optional(), parameters: z.array(z.string()) }),
  ),
});

const answerSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('configuration'), configuration: configurationSchema }),
  z.strictObject({ type: z.literal('go') }),
]);

export type Report = z.infer<typeof reportSchema>;
export type ReportOf<Type extends Report['type']> = Extract<Report, { type: Type }>;
export type Answer = z.infer<typeof answerSchema>;
export type AgentConfiguration = z.infer<typeof configurationSchema>;
export type Evidence = z.infer<typeof evidence>;

/** What came over the channel is not what the protocol allows. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

export const encode = (message: Report | Answer): string => `${JSON.stringify(message)}\n`;
export const parseReport = (line: string): Report => parse(line, reportSchema, 'an agent');
export const parseAnswer = (line: string): Answer => parse(line, answerSchema, 'the level below');

function parse<Message>(line: string, schema: z.ZodType<Message>, from: string): Message {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new ProtocolError(`${from} sent something that is no JSON: ${line.slice(0, 200)}`);
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ProtocolError(
    `${from} sent something unexpected: ${line.slice(0, 200)}\n${z.prettifyError(result.error)}`,
  );
}
