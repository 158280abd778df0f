import { z } from 'zod';
import { WORKLOAD_SCHEMA } from '../scenario.ts';
import {
  block,
  decimal,
  label,
  positiveQuantity,
  prose,
  schemaLine,
  wholeNumber,
  yesOrNo,
} from './fields.ts';
import { numberFigure, rateFigure } from './figure.ts';
import { perExitClass } from './platform.ts';

const distribution = z
  .discriminatedUnion('kind', [
    block({ kind: z.literal('constant'), mean: positiveQuantity('duration') }),
    block({ kind: z.literal('exponential'), mean: positiveQuantity('duration') }),
    block({
      kind: z.literal('lognormal'),
      mean: positiveQuantity('duration'),
      cv: decimal({ min: 0.01, max: 20 }),
    }),
  ])
  .meta({ id: 'distribution' });

const arrivals = z.discriminatedUnion('kind', [
  block({ kind: z.literal('open'), rate: positiveQuantity('rate') }),
  block({ kind: z.literal('closed'), users: wholeNumber({ min: 1, max: 100_000 }), think: distribution }),
  block({ kind: z.literal('saturated'), tasks: wholeNumber({ min: 1, max: 10_000 }) }),
]);

const frames = () => decimal({ min: 0, max: 1_000_000 });

/** `scenarios/workloads/NAME.yaml` as written. */
export const workloadSchema = block(
  {
    schema: schemaLine(WORKLOAD_SCHEMA),
    name: label(),
    title: prose(200),
    source: prose(4000),
    probe: yesOrNo().optional(),
    arrivals,
    demand: distribution,
    exits: block({
      'per-cpu-second': perExitClass(rateFigure()).optional(),
      'per-job': perExitClass(numberFigure({ min: 0 }).meta({ id: 'count-figure' })).optional(),
      'per-busy-second': perExitClass(rateFigure()).optional(),
    }),
    network: block({ send: frames(), receive: frames(), peer: z.enum(['uplink', 'seat']) }).optional(),
  },
  {
    disk: 'leave it out: disks are not simulated',
    memory: 'leave it out: memory pressure is not simulated',
    locks: 'leave it out: spinlocks inside a guest are not simulated',
  },
).meta({ id: 'workload' });

export type WorkloadDocument = z.output<typeof workloadSchema>;
