import { z } from 'zod';
import { OUTSIDE_BLOCKS } from '../record/record.ts';
import { decodeReport, PROTOCOL_VERSION, ProtocolError, type Report } from './protocol.ts';

const level = z.int().min(0).max(9);
const text = z.string();
const console = z.array(text);
const facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const reportSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello'), protocol: z.literal(PROTOCOL_VERSION) }),
  z.strictObject({ type: z.literal('boot'), level, attempt: z.int().positive() }),
  z.strictObject({
    type: z.literal('level'),
    level,
    bootSeconds: z.number().nonnegative(),
    environment: facts,
    evidence: z.array(z.strictObject({ claim: text, holds: z.boolean() })),
  }),
  z.strictObject({ type: z.literal('record'), level, line: z.looseObject({ kind: text }) }),
  z.strictObject({ type: z.literal('progress'), level, step: text }),
  z.strictObject({ type: z.literal('alive') }),
  z.strictObject({
    type: z.literal('mark'),
    phase: z.enum(['begin', 'end']),
    level,
    workload: text,
    operations: z.int().nonnegative(),
  }),
  z.strictObject({
    type: z.literal('turn-done'),
    level,
    block: z.int().min(OUTSIDE_BLOCKS),
    workload: text,
    watched: facts,
  }),
  z.strictObject({ type: z.literal('lost'), level, reason: text, console }),
  z.strictObject({ type: z.literal('gave-up'), level, reason: text, console }),
  z.strictObject({
    type: z.literal('share'),
    busy: z.int().min(1),
    guest: z.int().min(1),
    roundNs: z.number().nonnegative(),
    stealShare: z.number(),
    waitingShare: z.number(),
  }),
  z.strictObject({ type: z.literal('contended') }),
  z.strictObject({ type: z.literal('failed'), reason: text }),
]) satisfies z.ZodType<Report>;

/**
 * Where reports leave the emulated machine. A record line inside of one is checked when it is put into a record.
 * @throws {ProtocolError} saying what is wrong with the report
 */
export function checkReport(line: string): Report {
  const result = reportSchema.safeParse(decodeReport(line));
  if (result.success) return result.data;
  throw new ProtocolError(
    `an agent sent something unexpected: ${line.slice(0, 200)}\n${z.prettifyError(result.error)}`,
  );
}
