import { z } from 'zod';
import type { Sensitivity } from '../../model/experiment/sensitivity.ts';
import { BASES } from '../../model/scenario/figure.ts';
import type { DocumentKind } from './read-document.ts';
import { rowsShape } from './read-result.ts';

const bound = z.number().nullable();
const count = z.number().int().nonnegative();
const { entity, level, metric, unit } = rowsShape.element.shape;
const named = z.strictObject({ name: z.string(), hash: z.string() });
const moved = z.strictObject({ answer: z.number(), difference: z.number(), low: bound, high: bound });

const shape: z.ZodType<Sensitivity> = z.strictObject({
  schema: z.literal('nestmark/sensitivity@1'),
  version: z.string(),
  scenario: named,
  platform: named,
  host: z.string(),
  seats: count,
  seed: z.number(),
  replications: count,
  answer: z.strictObject({ entity, level, metric, unit, mean: z.number(), low: bound, high: bound }),
  rows: z.array(
    z.strictObject({
      parameter: z.string(),
      figure: z.strictObject({
        ...{ value: z.number(), low: z.number(), high: z.number() },
        ...{ basis: z.enum(BASES), source: z.string() },
      }),
      atLow: moved,
      atHigh: moved,
    }),
  ),
  uncertain: count,
});

export const SENSITIVITY_DOCUMENT: DocumentKind<Sensitivity> = {
  schema: 'nestmark/sensitivity@1',
  hint: 'a sensitivity is what nestmark sensitivity --json prints',
  shape,
};
