import { z } from 'zod';
import { worded } from '../explain.ts';
import { SCENARIO_SCHEMA } from '../scenario.ts';
import {
  block,
  decimal,
  nameOr,
  positiveQuantity,
  prose,
  quantity,
  schemaLine,
  wholeNumber,
} from './fields.ts';
import { hostSchema } from './host.ts';
import { platformSchema } from './platform.ts';
import { switchSchema, templateSchema } from './template.ts';

export const MAX_SEATS = 10_000;

const LATER_PHASES = Object.fromEntries(
  ['boot', 'start', 'install', 'idle', 'stop', 'end'].map((phase) => [
    phase,
    'only the exercise phase is simulated: take this one out',
  ]),
);

const phase = block(
  { exercise: block({ for: positiveQuantity('duration'), 'warm-up': quantity('duration').optional() }) },
  LATER_PHASES,
);

const LATER_TARGETS = {
  'boot-all-within': 'booting is not simulated: take this target out',
  'network-throughput': 'not a target yet: read frames-delivered in the answer',
  'memory-headroom': 'memory is checked against the host, and not a target yet',
  'disk-latency': 'disks are not simulated: take this target out',
  iops: 'disks are not simulated: take this target out',
};

/** `scenarios/NAME.yaml` as written. */
export const scenarioSchema = block(
  {
    schema: schemaLine(SCENARIO_SCHEMA),
    name: prose(200),
    description: prose(4000).optional(),
    host: nameOr('a host', hostSchema),
    platform: nameOr('a platform', platformSchema),
    seats: wholeNumber({ min: 1, max: MAX_SEATS }),
    template: nameOr('a template', templateSchema),
    switch: switchSchema.optional(),
    phases: worded(z.array(phase).min(1).max(1), { expected: 'a list with one exercise phase' }),
    targets: block(
      {
        'probe-p95-slowdown': decimal({ min: 1, max: 1000 }).optional(),
        ready: quantity('share').optional(),
      },
      LATER_TARGETS,
    ).optional(),
  },
  {
    storage: 'leave it out: disks are not simulated',
    network: 'write the policies of the host switch under switch',
    seed: 'give it on the command line: --seed',
    replications: 'give it on the command line: --replications',
  },
).meta({ id: 'scenario' });

export type ScenarioDocument = z.output<typeof scenarioSchema>;
