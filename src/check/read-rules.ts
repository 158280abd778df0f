import { z } from 'zod';
import { checkShape } from '../model/scenario/check-shape.ts';
import { readDocument } from '../model/scenario/document.ts';
import type { Result } from '../model/scenario/problem.ts';
import { type Condition, type Rule, SEVERITIES } from './rule.ts';

const RULES_SCHEMA = 'nestmark/rules@1';

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const condition = z
  .union([
    scalar,
    z.array(scalar).min(1),
    z.strictObject({ least: z.number().optional(), most: z.number().optional() }),
  ])
  .transform((read): Condition => {
    if (Array.isArray(read)) return { kind: 'one-of', values: read };
    if (typeof read === 'object')
      return { kind: 'within', least: read.least ?? null, most: read.most ?? null };
    return { kind: 'one-of', values: [read] };
  });

const conditions = z.record(z.string(), condition);

const rulesSchema = z.strictObject({
  schema: z.literal(RULES_SCHEMA),
  title: z.string(),
  rules: z.array(
    z.strictObject({
      id: z.string().regex(/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/),
      each: z.enum(['scenario', 'hypervisor', 'vm']),
      when: conditions.optional(),
      needs: conditions.optional(),
      severity: z.enum(SEVERITIES),
      reason: z.string().min(1),
      do: z.string().min(1),
      source: z.string().min(1),
      'as-of': z.string().min(1),
      known: z.enum(['read', 'recalled']).optional(),
    }),
  ),
});

/** The rules of one file of platforms/rules/. */
export function readRules(file: string, text: string): Result<readonly Rule[]> {
  const document = readDocument(file, text);
  if (!document.ok) return document;
  const shape = checkShape(rulesSchema, document.value);
  if (!shape.ok) return shape;
  return {
    ok: true,
    value: shape.value.rules.map((rule) => ({
      id: rule.id,
      each: rule.each,
      when: rule.when ?? {},
      needs: rule.needs ?? {},
      severity: rule.severity,
      reason: rule.reason,
      advice: rule.do,
      source: rule.source,
      asOf: rule['as-of'],
      known: rule.known ?? 'read',
    })),
  };
}
