import { z } from 'zod';
import type { Sweep } from '../../model/experiment/sweep.ts';
import type { DocumentKind } from './read-document.ts';
import { findingsShape, precisionShape, rowsShape, targetsShape } from './read-result.ts';

const bound = z.number().nullable();
const count = z.number().int().nonnegative();
const setting = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.record(z.string(), z.unknown()),
  z.array(z.unknown()),
]);

const cell = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('simulated'),
    settings: z.array(setting),
    scenarioHash: z.string(),
    platform: z.strictObject({ name: z.string(), hash: z.string() }),
    host: z.string(),
    seats: count,
    replications: count.exactOptional(),
    precision: precisionShape.exactOptional(),
    tail: rowsShape.element.nullable(),
    ready: rowsShape.element.nullable(),
    change: z.strictObject({ relative: z.number(), low: bound, high: bound }).nullable(),
    rows: rowsShape,
    targets: targetsShape,
    findings: findingsShape,
  }),
  z.strictObject({ status: z.literal('refused'), settings: z.array(setting), problems: z.array(z.string()) }),
]);

const shape: z.ZodType<Sweep> = z.strictObject({
  schema: z.literal('nestmark/sweep@1'),
  version: z.string(),
  scenario: z.strictObject({ name: z.string() }),
  seed: z.number(),
  replications: count,
  warmUpSeconds: z.number().nonnegative(),
  measuredSeconds: z.number().nonnegative(),
  axes: z.array(z.strictObject({ name: z.string(), values: z.array(setting) })),
  cells: z.array(cell),
  knees: z.array(
    z.strictObject({
      settings: z.array(setting.nullable()),
      entity: z.string(),
      growth: z.number(),
      from: count,
      to: count,
      seats: bound,
      low: bound,
      high: bound,
    }),
  ),
});

export const SWEEP_DOCUMENT: DocumentKind<Sweep> = {
  schema: 'nestmark/sweep@1',
  hint: 'a sweep is what nestmark sweep --json prints',
  shape,
};
