import { z } from 'zod';
import { SCENARIO_SCHEMA } from '../scenario.ts';
import { worded } from '../wording.ts';
import { factsSchema } from './facts.ts';
import {
  about,
  block,
  decimal,
  label,
  nameOr,
  positiveQuantity,
  prose,
  quantity,
  schemaLine,
  wholeNumber,
} from './fields.ts';
import { hostSchema } from './host.ts';
import { overcommit, paging } from './memory.ts';
import { assistSwitches, platformSchema } from './platform.ts';
import { schedulerPolicy } from './scheduler.ts';
import { switchSchema } from './switch.ts';
import { templateSchema } from './template.ts';

const MAX_SEATS = 10_000;

const LATER_PHASES = {
  start: 'write boot: every VM comes up',
  stop: 'the last phase ends the run: take it out',
  end: 'the last phase ends the run: take it out',
};

const exercise = block({
  for: about(positiveQuantity('duration', '24 h'), 'Simulated time that is measured.'),
  'warm-up': about(
    quantity('duration', { most: '24 h' }).optional(),
    'Simulated time before that, left out of the figures. None, when left out.',
  ),
});

const otherWork = {
  for: about(
    positiveQuantity('duration', '24 h'),
    'Simulated time that is measured, apart from the exercise.',
  ),
  'warm-up': about(
    quantity('duration', { most: '24 h' }).optional(),
    'Simulated time before that, left out of the figures. None, when left out.',
  ),
};
const workByRole = () =>
  z.record(
    worded(z.string().regex(/^[a-z0-9-]+(?:\/[a-z0-9-]+)*$/), { expected: 'a role such as esxi/web' }),
    worded(label(), { expected: 'the name of a workload' }),
  );

const install = block({
  ...otherWork,
  workloads: about(workByRole(), 'What VMs do meanwhile, by role; the others work as ever.'),
});

const idle = block({
  ...otherWork,
  workloads: about(
    workByRole().optional(),
    'What VMs do meanwhile, by role. All but the probe the workload idle, when left out.',
  ),
});

const boot = block({
  stagger: about(
    quantity('duration', { most: '24 h' }).optional(),
    'Time from the start of one seat to that of the next. All at once, when left out.',
  ),
  'give-up': about(
    positiveQuantity('duration', '24 h').optional(),
    'Simulated time after which what is not up is told as not up. 2 h, when left out.',
  ),
});

const phase = block(
  {
    boot: about(boot.optional(), 'Every VM comes up: those in a nested hypervisor once it is up.'),
    exercise: about(exercise.optional(), 'Everybody works.'),
    install: about(install.optional(), 'Something is installed or upgraded; answered beside the exercise.'),
    idle: about(idle.optional(), 'Nobody works: a lecture, a break; answered beside the exercise.'),
  },
  LATER_PHASES,
);

const LATER_TARGETS = {
  'network-throughput': 'not a target yet: read frames-delivered in the answer',
  iops: 'not a target: read disk-throughput in the answer',
};

const targets = block(
  {
    'probe-p95-slowdown': about(
      decimal({ min: 1, max: 1000 }).optional(),
      "The probe's 95th percentile of response, over the same alone on the metal.",
    ),
    ready: about(quantity('share', { most: '100 %' }).optional(), 'Share of time a vCPU waits for a CPU.'),
    'boot-all-within': about(
      positiveQuantity('duration', '24 h').optional(),
      'From the start of the first VM until the last one is up. Needs a boot phase.',
    ),
    'memory-headroom': about(
      quantity('share', { most: '100 %' }).optional(),
      "Share of a hypervisor's memory that is left, at least, at every level.",
    ),
    'disk-latency': about(
      positiveQuantity('duration', '10 s').optional(),
      '95th percentile of the time an I/O takes below the host, its queue included.',
    ),
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
    facts: about(factsSchema.optional(), 'What only nestmark check asks about; it holds for every VM.'),
    assists: about(
      assistSwitches.optional(),
      "Turns the platform's assists on or off: { vmcs-shadowing: false }. What is left out stays as the platform has it.",
    ),
    seats: about(wholeNumber({ min: 1, max: MAX_SEATS }), 'Copies of the template, one for each student.'),
    template: about(nameOr('a template', templateSchema), 'What one seat contains.'),
    switch: about(switchSchema.optional(), "The host's own switch."),
    scheduler: about(
      schedulerPolicy().optional(),
      "How the host's hypervisor shares its CPUs among its VMs. As the platform says, when left out.",
    ),
    overcommit: about(
      overcommit().optional(),
      "What the host's hypervisor does when VMs do not fit. The platform's, when left out.",
    ),
    paging: about(
      paging().optional(),
      "How the host's hypervisor translates addresses of VMs; nested, when left out.",
    ),
    phases: about(
      worded(z.array(phase).min(1).max(100), {
        expected:
          'a list with one exercise phase, a boot phase before all if you like, and install and idle phases',
      }),
      'What happens, in order: one boot if you like, one exercise, and any number of install and idle phases.',
    ),
    targets: about(targets.optional(), 'What has to hold; the answer says of each whether it does.'),
  },
  {
    storage: 'write the disk of the host under host, its costs in the platform',
    network: 'write the policies of the host switch under switch',
    seed: 'give it on the command line: --seed',
    replications: 'give it on the command line: --replications',
  },
).meta({ id: 'scenario' });

export type ScenarioDocument = z.output<typeof scenarioSchema>;
