import { z } from 'zod';
import { SCENARIO_SCHEMA } from '../scenario.ts';
import { worded } from '../wording.ts';
import {
  about,
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

const MAX_SEATS = 10_000;

const LATER_PHASES = Object.fromEntries(
  ['boot', 'start', 'install', 'idle', 'stop', 'end'].map((phase) => [
    phase,
    'only the exercise phase is simulated: take this one out',
  ]),
);

const exercise = block({
  for: about(positiveQuantity('duration', '24 h'), 'Simulated time that is measured.'),
  'warm-up': about(
    quantity('duration', { most: '24 h' }).optional(),
    'Simulated time before that, left out of the figures. None, when left out.',
  ),
});

const phase = block({ exercise: about(exercise.optional(), 'Everybody works.') }, LATER_PHASES);

const LATER_TARGETS = {
  'boot-all-within': 'booting is not simulated: take this target out',
  'network-throughput': 'not a target yet: read frames-delivered in the answer',
  'memory-headroom': 'memory is checked against the host, and not a target yet',
  'disk-latency': 'disks are not simulated: take this target out',
  iops: 'disks are not simulated: take this target out',
};

const targets = block(
  {
    'probe-p95-slowdown': about(
      decimal({ min: 1, max: 1000 }).optional(),
      "The probe's 95th percentile of response, over the same alone on the metal.",
    ),
    ready: about(quantity('share', { most: '100 %' }).optional(), 'Share of time a vCPU waits for a CPU.'),
  },
  LATER_TARGETS,
);

/** `scenarios/NAME.yaml` as written. */
export const scenarioSchema = block(
  {
    schema: schemaLine(SCENARIO_SCHEMA),
    name: about(prose(200), 'One line; the title of the report.'),
    description: about(prose(4000).optional(), 'What this lab is and what is asked about it.'),
    host: about(
      nameOr('a host', hostSchema),
      'What the lab runs on: a name from a catalogue, or written out.',
    ),
    platform: about(nameOr('a platform', platformSchema), 'What nesting costs there.'),
    seats: about(wholeNumber({ min: 1, max: MAX_SEATS }), 'Copies of the template, one for each student.'),
    template: about(nameOr('a template', templateSchema), 'What one seat contains.'),
    switch: about(switchSchema.optional(), "The host's own switch. What is left out is rejected."),
    phases: about(
      worded(z.array(phase).min(1).max(100), { expected: 'a list with one exercise phase' }),
      'What happens, in order. One exercise, in this version.',
    ),
    targets: about(targets.optional(), 'What has to hold; the answer says of each whether it does.'),
  },
  {
    storage: 'leave it out: disks are not simulated',
    network: 'write the policies of the host switch under switch',
    seed: 'give it on the command line: --seed',
    replications: 'give it on the command line: --replications',
  },
).meta({ id: 'scenario' });

export type ScenarioDocument = z.output<typeof scenarioSchema>;
