import { z } from 'zod';
import { ASPECTS, type GateResult, PLANNED_LOOKS, WARNING_CODES } from '../../gate/result.ts';
import type { DocumentKind } from './read-document.ts';

const bound = z.number().nullable();
const count = z.number().int().nonnegative();

export const metricKey = z.strictObject({
  workload: z.string(),
  level: count,
  kind: z.enum(['time', 'instructions', 'exits']),
});

const record = z.strictObject({
  name: z.string(),
  id: z.string(),
  started: z.string(),
  blocks: count,
  invalidBlocks: count,
  boots: count,
});

const shape: z.ZodType<GateResult> = z.strictObject({
  schema: z.literal('nestmark/gate@1'),
  version: z.string(),
  baseline: record,
  candidate: record,
  design: z.enum(['pairs', 'samples']),
  alpha: z.number(),
  looks: z
    .strictObject({
      planned: z.literal(PLANNED_LOOKS),
      taken: z.union([z.literal(1), z.literal(PLANNED_LOOKS)]),
      alpha: z.number(),
      budget: count,
      more: z.strictObject({ baseline: count, candidate: count }),
    })
    .optional(),
  verdict: z.enum(['pass', 'regressed', 'inconclusive', 'incomparable']),
  rows: z.array(
    z.strictObject({
      key: metricKey,
      name: z.string(),
      verdict: z.enum(['pass', 'regressed', 'improved', 'inconclusive']),
      effect: bound,
      low: bound,
      high: bound,
      margin: z.number(),
      exactLike: z.boolean(),
      adjustedChance: bound,
      detectable: bound,
      baseline: bound,
      candidate: bound,
      blocks: z.tuple([count, count]),
      reason: z.string(),
    }),
  ),
  differences: z.array(
    z.strictObject({
      aspect: z.enum(ASPECTS),
      where: z.string(),
      fact: z.string(),
      baseline: z.string(),
      candidate: z.string(),
      allowed: z.boolean(),
    }),
  ),
  warnings: z.array(z.strictObject({ code: z.enum(WARNING_CODES), text: z.string() })),
});

export const GATE_DOCUMENT: DocumentKind<GateResult> = {
  schema: 'nestmark/gate@1',
  hint: 'a verdict is what nestmark gate --out writes',
  shape,
};
