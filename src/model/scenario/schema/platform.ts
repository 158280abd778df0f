import { z } from 'zod';
import { EXIT_CLASSES, type ExitClass } from '../../machine/exit-class.ts';
import { worded } from '../explain.ts';
import { PLATFORM_SCHEMA } from '../platform.ts';
import { block, decimal, label, prose, schemaLine, wholeNumber, yesOrNo } from './fields.ts';
import { numberFigure, quantityFigure } from './figure.ts';

const LATER_SCHEDULERS: Readonly<Record<string, string>> = Object.fromEntries(
  ['cfs', 'esxi', 'credit2', 'hyperv', 'fair'].map((name) => [name, 'use eevdf']),
);

/** One optional entry for each exit class: what `exits`, `ops` and the rates of a workload are made of. */
export function perExitClass<S extends z.ZodType>(entry: S) {
  const shape = Object.fromEntries(EXIT_CLASSES.map((name) => [name, entry.optional()]));
  return block(shape as Record<ExitClass, z.ZodOptional<S>>);
}

/** The scheduling policies this version simulates. */
export const schedulerPolicy = () => worded(z.enum(['eevdf']), { later: LATER_SCHEDULERS });

const count = numberFigure({ min: 0 }).meta({ id: 'count-figure' });
const cost = quantityFigure('cost');
const duration = quantityFigure('duration');

/** `platforms/NAME.yaml` as written. */
export const platformSchema = block({
  schema: schemaLine(PLATFORM_SCHEMA),
  name: label(),
  title: prose(200),
  hypervisor: prose(200),
  cpu: prose(200),
  clock: z.enum(['time', 'instructions']),
  scheduler: block({
    policy: schedulerPolicy(),
    slice: duration,
    tick: duration,
  }),
  'smt-throughput': numberFigure({ min: 1, max: 2 }),
  exits: block({
    switch: cost,
    classes: perExitClass(block({ handle: cost, reflect: cost, ops: perExitClass(count) })),
  }),
  network: block({
    forward: cost,
    copy: cost,
    drop: cost,
    receive: cost,
    ring: numberFigure({ min: 1, max: 1_000_000 }),
    batch: numberFigure({ min: 1, max: 1_000_000 }),
  }),
  calibration: block({
    record: block({ id: prose(200), sha256: prose(64), clock: z.enum(['time', 'instructions']) }),
    residuals: z.array(
      block({
        level: wholeNumber({ min: 0, max: 16 }),
        workload: prose(200),
        unit: z.literal('ns'),
        measured: decimal({ min: 0 }),
        predicted: z.number(),
        error: z.number(),
        fitted: yesOrNo(),
      }),
    ),
    notes: z.array(prose(2000)),
  }).optional(),
}).meta({ id: 'platform' });

export type PlatformDocument = z.output<typeof platformSchema>;
