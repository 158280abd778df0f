import { z } from 'zod';
import type { ScenarioComparison } from '../../model/experiment/comparison.ts';
import type { DocumentKind } from './read-document.ts';
import { findingsShape, precisionShape, rowsShape } from './read-result.ts';

const bound = z.number().nullable();
const count = z.number().int().nonnegative();

const { entity, level, metric, unit } = rowsShape.element.shape;
const figure = z.strictObject({ entity, level, metric });

const scenario = z.strictObject({
  label: z.string(),
  name: z.string(),
  hash: z.string(),
  platform: z.string(),
  platformHash: z.string(),
  host: z.string(),
  seats: count,
});

const shape: z.ZodType<ScenarioComparison> = z.strictObject({
  schema: z.literal('nestmark/comparison@1'),
  version: z.string(),
  of: z.literal('scenarios'),
  a: scenario,
  b: scenario,
  seed: z.number(),
  replications: count,
  precision: precisionShape.exactOptional(),
  margin: z.number(),
  answer: z.enum(['slower', 'faster', 'alike', 'unclear', 'nothing to compare']),
  decidedBy: figure.nullable(),
  rows: z.array(
    z.strictObject({
      ...{ entity, level, metric, unit },
      a: z.number(),
      b: z.number(),
      difference: z.number(),
      low: bound,
      high: bound,
      relative: bound,
      relativeLow: bound,
      relativeHigh: bound,
      pValue: bound,
      direction: z.enum(['higher', 'lower', 'alike', 'unclear']),
      correlation: bound,
      varianceRatio: bound,
      n: count,
    }),
  ),
  onlyInA: z.array(figure),
  onlyInB: z.array(figure),
  findings: findingsShape,
});

export const COMPARISON_DOCUMENT: DocumentKind<ScenarioComparison> = {
  schema: 'nestmark/comparison@1',
  hint: 'a comparison is what nestmark compare --json prints',
  shape,
};
