import { z } from 'zod';
import { BASES } from '../../model/scenario/figure.ts';
import { PLAN_SCHEMA, type PlanResult } from '../../plan/result/plan-result.ts';
import type { DocumentKind } from './read-document.ts';
import { findingsShape } from './read-result.ts';

const number = z.number();
const text = z.string();
const maybe = number.nullable();
const count = z.number().int().nonnegative();
const spread = z.strictObject({ low: number, middle: number, high: number });
const engine = z.enum(['fluid', 'exact']);

const TARGETS = [
  'probe-p95-slowdown',
  'ready',
  'boot-all-within',
  'frames-arrived',
  'memory-headroom',
  'disk-use',
  'network-use',
] as const;

const cause = z.enum([
  'asked',
  'memory',
  'boot',
  'disk',
  'rule',
  'reservations',
  'cpu-ready',
  'hypervisor-time',
  'sibling-threads',
  'switch-flooding',
  'network',
  'template',
]);

const question = z.strictObject({
  template: z.strictObject({
    ...{ name: text, title: text, description: text, hash: text },
    ...{ vcpus: count, memoryBytes: number, diskBytes: maybe },
    phases: z.array(text),
  }),
  seats: count,
  hosts: text,
  candidates: count,
  course: z.strictObject({ seats: count, sessions: number, hours: number }),
  targets: z.strictObject({
    ...{ probeP95Slowdown: number, ready: number, bootAllWithin: number, framesArrived: number },
    ...{ memoryHeadroom: number, diskUse: number, networkUse: number },
  }),
  probability: number,
  platforms: z.array(
    z.strictObject({
      ...{ name: text, hash: text },
      bases: z.strictObject({ measured: count, published: count, derived: count, assumed: count }),
    }),
  ),
  seed: number,
  command: text,
  quick: z.boolean(),
});

const host = z.strictObject({
  host: text,
  catalogue: text.nullable(),
  platform: text,
  level: count,
  cpus: count,
  memoryBytes: number,
  processor: text.nullable(),
  speed: maybe,
  seats: count,
  limit: number,
  binds: cause,
  bindsText: text,
  engine: z.enum(['fluid', 'exact', 'arithmetic', 'bound']),
  price: z
    .strictObject({
      tenure: z.enum(['on-demand', 'spot', 'owned']),
      usdPerHour: number,
      parts: z.array(z.strictObject({ what: text, usdPerHour: number, origin: text })),
    })
    .nullable(),
  hostsNeeded: maybe,
  usdPerSeatHour: maybe,
  courseUsd: maybe,
  figures: z.array(
    z.strictObject({
      target: z.enum([...TARGETS, 'kept-up']),
      phase: text,
      limit: number,
      mean: number,
      bound: maybe,
    }),
  ),
  note: text.nullable(),
});

const recommendation = z.strictObject({
  hosts: z.array(z.strictObject({ host: text, count, seats: count })).min(1),
  room: count,
  usdPerHour: number,
  cost: z.strictObject({
    ...{ usd: number, usdPerSeatHour: number, hours: number, hostsUsd: number, disksUsd: maybe, basis: text },
  }),
  slowdownP95: number,
  slowdownBound: maybe,
  feel: number,
  boot: z
    .strictObject({
      seconds: number,
      limit: number,
      stagger: number,
      last: text,
      engine: z.enum(['fluid', 'exact', 'arithmetic']),
    })
    .nullable(),
  confirmed: z.boolean(),
  binds: cause,
  bindsText: text,
});

const curve = z.strictObject({
  host: text,
  phase: text,
  engine,
  points: z.array(
    z.strictObject({
      ...{ seats: count, slowdownP95: number, low: number, high: number },
      ...{ ready: number, idle: number, hypervisors: number },
    }),
  ),
  knee: z
    .strictObject({ growth: number, from: number, to: number, seats: maybe, low: maybe, high: maybe })
    .nullable(),
  full: maybe,
});

const advice = z.strictObject({ now: number, advice: number, why: text });
const diskAdvice = z.strictObject({ now: number.nullable(), advice: number.nullable(), why: text });
const controllerAdvice = z.strictObject({ now: text, advice: text, why: text });
/** Of plans made before disks were looked at. */
const NO_DISK = { now: null, advice: null, why: 'not looked at by the version that made this plan' };

const shape: z.ZodType<PlanResult> = z.strictObject({
  schema: z.literal(PLAN_SCHEMA),
  version: text,
  complete: z.boolean(),
  question,
  hosts: z.array(host).min(1),
  recommended: recommendation.nullable(),
  second: recommendation.nullable(),
  curve: curve.nullable(),
  whatIf: z.array(
    z.strictObject({
      ...{ change: text, text, seats: count },
      factor: z.strictObject({ mean: number, low: number, high: number }).nullable(),
      ...{ courseUsd: maybe, bootFactor: maybe },
    }),
  ),
  sizing: z.array(
    z.strictObject({
      ...{ role: text, count, component: text.nullable(), vcpus: advice, memory: advice },
      disk: diskAdvice.default(NO_DISK),
      controller: controllerAdvice.nullable().default(null),
      verdict: z.enum(['fits', 'oversized', 'undersized']),
    }),
  ),
  confidence: z
    .strictObject({
      host: text,
      ...{ seats: spread, slowdownP95: spread, bootFactor: spread.nullable(), sets: count },
      courseUsd: spread.nullable(),
      parameters: z.array(
        z.strictObject({
          parameter: text,
          basis: z.enum(BASES),
          ...{ source: text, atLow: number, atHigh: number },
        }),
      ),
      measurement: text,
    })
    .nullable(),
  findings: findingsShape,
  origins: z.array(
    z.strictObject({
      ...{ what: text, value: text, source: text },
      basis: z.enum([...BASES, 'computed', 'simulated', 'asked', 'template']),
    }),
  ),
  trials: count,
});

export const PLAN_DOCUMENT: DocumentKind<PlanResult> = {
  schema: PLAN_SCHEMA,
  hint: 'a plan is what nestmark plan --json prints',
  shape,
};
