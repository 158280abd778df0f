import { z } from 'zod';
import { BESIDE_SCHEMA, type Beside } from '../beside/beside.ts';
import type { DocumentKind } from './read-document.ts';

const bound = z.number().nullable();

const cell = z.strictObject({
  text: z.string(),
  figure: z.strictObject({ mean: z.number(), low: bound, high: bound }).nullable(),
  sample: z.array(z.number()).exactOptional(),
});

const shape: z.ZodType<Beside> = z.strictObject({
  schema: z.literal(BESIDE_SCHEMA),
  of: z.enum(['plans', 'simulations', 'sweeps', 'profiles']),
  documents: z.array(z.strictObject({ name: z.string(), file: z.string(), origin: z.string() })).min(2),
  answer: z.strictObject({
    question: z.string(),
    verdict: z.enum(['yes', 'no', 'unsure', 'none']),
    headline: z.string(),
    sentence: z.string(),
  }),
  groups: z.array(
    z.strictObject({
      title: z.string(),
      drawn: z.boolean(),
      rows: z.array(z.strictObject({ name: z.string(), cells: z.array(cell.nullable()) })),
    }),
  ),
  intervals: z.string(),
  notes: z.array(z.string()),
});

export const BESIDE_DOCUMENT: DocumentKind<Beside> = {
  schema: BESIDE_SCHEMA,
  hint: 'plans, results, sweeps or profiles side by side are what nestmark compare --json prints',
  shape,
};
