import { z } from 'zod';
import type { Metric, SimulationResult, Unit } from '../../model/experiment/result.ts';
import { ENGINES } from '../../model/machine/engine.ts';
import type { Result } from '../../model/scenario/problem.ts';
import { UNIT_SUFFIX } from '../text/figure.ts';
import { METRIC_WORDS } from '../text/wording.ts';
import { type DocumentKind, readDocument } from './read-document.ts';

const SCHEMA = 'nestmark/result@1';
const bound = z.number().nullable();
const count = z.number().int().nonnegative();

export const precisionShape = z.strictObject({
  wanted: z.number().positive(),
  reached: bound,
  figure: z.string().nullable(),
  met: z.boolean(),
  most: count,
});
const unit = z.enum(Object.keys(UNIT_SUFFIX) as [Unit, ...Unit[]]);

const metric = z.enum(Object.keys(METRIC_WORDS) as [Metric, ...Metric[]]);

export const rowsShape = z.array(
  z.strictObject({
    entity: z.string(),
    level: count,
    metric,
    unit,
    mean: z.number(),
    low: bound,
    high: bound,
    p50: bound,
    p95: bound,
    p99: bound,
    n: count,
    sample: z.array(bound).exactOptional(),
  }),
);

export const targetsShape = z.array(
  z.strictObject({
    target: z.string(),
    limit: z.number(),
    unit,
    observed: bound,
    low: bound,
    high: bound,
    verdict: z.enum(['met', 'missed', 'inconclusive']),
  }),
);

export const findingsShape = z.array(
  z.strictObject({ severity: z.enum(['note', 'warning', 'error']), code: z.string(), text: z.string() }),
);

const resultSchema: z.ZodType<SimulationResult> = z.strictObject({
  schema: z.literal(SCHEMA),
  version: z.string(),
  engine: z.enum(ENGINES),
  scenario: z.strictObject({ name: z.string(), hash: z.string() }),
  platform: z.strictObject({
    name: z.string(),
    hash: z.string(),
    bases: z.strictObject({ measured: count, published: count, derived: count, assumed: count }),
  }),
  host: z.strictObject({
    name: z.string(),
    cpus: z.number().positive(),
    memoryBytes: z.number().nonnegative(),
    source: z.string(),
  }),
  seats: count,
  seed: z.number(),
  replications: count,
  precision: precisionShape.exactOptional(),
  uncertainty: z
    .strictObject({
      sets: count,
      rows: z.array(
        z.strictObject({
          entity: z.string(),
          level: count,
          metric,
          unit,
          mean: z.number(),
          low: z.number(),
          high: z.number(),
          parts: z.array(z.strictObject({ what: z.string(), share: z.number() })),
        }),
      ),
    })
    .exactOptional(),
  warmUpSeconds: z.number().nonnegative(),
  measuredSeconds: z.number().nonnegative(),
  events: count,
  rows: rowsShape,
  targets: targetsShape,
  phases: z
    .array(
      z.strictObject({
        kind: z.enum(['install', 'idle']),
        warmUpSeconds: z.number().nonnegative(),
        measuredSeconds: z.number().nonnegative(),
        rows: rowsShape,
      }),
    )
    .exactOptional(),
  findings: findingsShape,
});

export const RESULT_DOCUMENT: DocumentKind<SimulationResult> = {
  schema: SCHEMA,
  hint: 'a result is what nestmark simulate --json prints',
  shape: resultSchema,
};

/** A result out of a text; `file` is what problems are said to be in. */
export const readResult = (text: string, file: string): Result<SimulationResult> =>
  readDocument(text, file, [RESULT_DOCUMENT]);
