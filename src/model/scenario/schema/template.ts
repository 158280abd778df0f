import { z } from 'zod';
import { TEMPLATE_SCHEMA } from '../scenario.ts';
import { PRESETS } from '../template-plan.ts';
import { foundExpected, worded } from '../wording.ts';
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
  yesOrNo,
} from './fields.ts';
import { overcommit, paging, workingSet } from './memory.ts';
import { schedulerPolicy } from './scheduler.ts';
import { machineDisk } from './storage.ts';
import { switchSchema } from './switch.ts';
import { workloadSchema } from './workload.ts';

const hypervisorSchema = block({
  scheduler: about(
    schedulerPolicy().optional(),
    'How it shares its vCPUs among its VMs. As the platform says, when left out.',
  ),
  switch: about(switchSchema.optional(), 'The switch between its VMs.'),
  overcommit: about(
    overcommit().optional(),
    "What it does when its VMs do not fit. The platform's, when left out.",
  ),
  paging: about(
    paging().optional(),
    "How it translates its VMs' addresses. As the hypervisor around it, when left out.",
  ),
});

const LATER_VM_KEYS = {
  disks: 'write one disk: disk: { controller: …, thin: true }',
  controller: 'write it in the disk: disk: { controller: … }',
  shares: 'write weight: an ordinary VM has 1, high shares are 2, low ones 0.5',
};

export interface VirtualMachineDocument {
  readonly name: string;
  readonly count?: number | undefined;
  readonly component?: string | undefined;
  readonly vcpus?: number | undefined;
  readonly memory?: number | undefined;
  readonly weight?: number | undefined;
  readonly reservation?: number | undefined;
  readonly limit?: number | { readonly cpus: number; readonly period: number } | undefined;
  readonly affinity?: readonly number[] | undefined;
  readonly nic?: number | undefined;
  readonly hypervisor?: z.output<typeof hypervisorSchema> | undefined;
  readonly vms?: string | readonly VirtualMachineDocument[] | undefined;
  readonly workload?: string | z.output<typeof workloadSchema> | undefined;
  readonly 'working-set'?: number | undefined;
  readonly disk?: z.output<typeof machineDisk> | undefined;
  readonly facts?: z.output<typeof factsSchema> | undefined;
  readonly boot?: string | z.output<typeof workloadSchema> | undefined;
}

const componentName = () =>
  worded(z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/), {
    expected: 'a component such as vmware/vcenter-7-tiny',
  });

const virtualMachineKeys = block(
  {
    name: about(label(), 'Unique among its neighbours.'),
    count: about(wholeNumber({ min: 1, max: 10_000 }).optional(), 'How many of them. One, when left out.'),
    component: about(
      componentName().optional(),
      'What it is, by name from scenarios/components: its size, unless written here.',
    ),
    vcpus: about(
      wholeNumber({ min: 1, max: 4096 }).optional(),
      'Virtual CPUs; those of the component, when left out.',
    ),
    memory: about(positiveQuantity('size').optional(), 'Memory; that of the component, when left out.'),
    weight: about(
      decimal({ min: 0.01, max: 100 }).optional(),
      'How much it gets when CPUs are scarce, an ordinary VM beside it getting 1.',
    ),
    reservation: about(
      decimal({ min: 0, max: 4096 }).optional(),
      'CPUs that its vCPUs together get whenever they want them. None, when left out.',
    ),
    limit: about(cpuLimit().optional(), 'CPUs that its vCPUs together get at most. No limit, when left out.'),
    affinity: about(
      worded(
        z
          .array(wholeNumber({ min: 0, max: 4095 }))
          .min(1)
          .max(4096),
        {
          expected: 'a list of CPUs, such as [0, 1]',
        },
      ).optional(),
      'CPUs of the machine around it that it may run on, counted from 0. All, when left out.',
    ),
    nic: about(
      positiveQuantity('bit-rate').optional(),
      'Speed of its network card. No limit, when left out.',
    ),
    hypervisor: about(hypervisorSchema.optional(), 'This VM runs VMs: those under vms.'),
    get vms() {
      return about(innerMachines().optional(), 'The VMs inside, or the name of a template that has them.');
    },
    facts: about(factsSchema.optional(), 'What only nestmark check asks about, of this VM.'),
    workload: about(
      nameOr('a workload', workloadSchema).optional(),
      'What it does. Nothing at all, when left out.',
    ),
    'working-set': workingSet(),
    disk: about(machineDisk.optional(), "Its disk. The platform's ordinary one, when left out."),
    boot: about(
      nameOr('a workload', workloadSchema).optional(),
      'What coming up takes: a workload that arrives once. Needed when the scenario has a boot phase.',
    ),
  },
  LATER_VM_KEYS,
);

const virtualMachineSchema: z.ZodType<VirtualMachineDocument> = virtualMachineKeys
  .superRefine((read, context) => {
    if (read.component !== undefined) return;
    for (const [key, expected] of [
      ['vcpus', 'virtual CPUs, or a component that has them'],
      ['memory', 'a size such as 8 GiB, or a component that has it'],
    ] as const) {
      if (read[key] !== undefined) continue;
      const params = foundExpected('nothing', expected);
      context.addIssue({ code: 'custom', path: [key], params: { ...params } });
    }
  })
  .meta({ id: 'virtual-machine' });

/** `1.5`, or with the time it holds over. */
function cpuLimit() {
  const cpus = decimal({ min: 0.001, max: 4096 });
  const withPeriod = block({
    cpus,
    period: about(
      positiveQuantity('duration', '10 s'),
      'The limit holds over this much time; 100 ms is usual.',
    ),
  });
  return worded(z.union([cpus, withPeriod]), { expected: 'a number of CPUs, or { cpus, period }' });
}

/** The VMs of a template or of a nested hypervisor: a list, or the name of a template that has one. */
function innerMachines() {
  const list = worded(
    z
      .array(z.lazy(() => virtualMachineSchema))
      .min(1)
      .max(1000),
    {
      expected: 'a list of VMs',
    },
  );
  return worded(z.union([label(), list]), { expected: 'a list of VMs, or the name of a template' });
}

const workPhase = block({
  name: about(prose(100), 'What it is called.'),
  for: about(positiveQuantity('duration', '24 h'), 'How long it lasts in a session.'),
  workloads: about(
    z
      .record(
        worded(z.string().regex(/^[a-z0-9-]+(?:\/[a-z0-9-]+)*$/), {
          expected: 'a role such as esxi/web',
        }),
        worded(label(), { expected: 'the name of a workload' }),
      )
      .optional(),
    'What VMs do in this phase, by role, in place of what the template says of them.',
  ),
});

const planPhase = block({
  boot: about(
    block({
      stagger: about(quantity('duration', { most: '1 h' }), 'Between the starts of two seats.'),
    }).optional(),
    'All seats start.',
  ),
  install: about(workPhase.optional(), 'Something is installed or upgraded.'),
  exercise: about(workPhase.optional(), 'Everybody works.'),
  idle: about(workPhase.optional(), 'Nobody works: a lecture, a break.'),
});

const planSchema = block({
  course: about(
    block({
      seats: about(wholeNumber({ min: 1, max: 10_000 }), 'Students, jobs, customers.'),
      sessions: about(wholeNumber({ min: 1, max: 10_000 }), 'How often hosts are started and stopped.'),
      hours: about(decimal({ min: 0.01, max: 8784 }), 'Of one session, start and end included.'),
    }),
    'How it is taught; what is paid follows from it.',
  ),
  switch: about(switchSchema.optional(), "The host's own switch. What is left out is rejected."),
  phases: about(
    worded(z.array(planPhase).min(1).max(20), { expected: 'a list of phases' }),
    'What happens in a session, in order.',
  ),
  preset: about(z.enum(PRESETS).optional(), 'How good it has to be; workable, when left out.'),
  'seats-per-host': about(
    wholeNumber({ min: 1, max: 10_000 }).optional(),
    'Seats that may share a host: 1 for a service that gives every student a machine.',
  ),
  reserve: about(
    block({ memory: positiveQuantity('size'), source: prose(2000) }).optional(),
    "Memory that the host's own system keeps.",
  ),
  windows: about(yesOrNo().optional(), 'The host runs Windows Server, whose licence is paid by the hour.'),
  hosts: about(
    prose(200).optional(),
    'Hosts it is meant for, a filter as in nestmark plan --hosts, which overrides it. All, when left out.',
  ),
  spot: about(yesOrNo().optional(), 'The host may be taken away in the middle of it.'),
});

/** `scenarios/templates/NAME.yaml` as written: what one seat contains. */
export const templateSchema = block(
  {
    schema: schemaLine(TEMPLATE_SCHEMA),
    name: about(label().optional(), 'What scenarios call it; the name of the file without .yaml.'),
    title: about(prose(200).optional(), 'What a report calls it.'),
    description: about(prose(4000).optional(), 'Who uses it, for what.'),
    vms: about(innerMachines(), 'The VMs of one seat.'),
    plan: about(planSchema.optional(), 'What nestmark plan needs to know; simulate does not look at it.'),
  },
  { phases: 'write them in the scenario, or under plan' },
).meta({ id: 'template' });

export type TemplateDocument = z.output<typeof templateSchema>;
