import { z } from 'zod';
import { TEMPLATE_SCHEMA } from '../scenario.ts';
import { worded } from '../wording.ts';
import {
  about,
  block,
  label,
  nameOr,
  positiveQuantity,
  prose,
  schemaLine,
  wholeNumber,
  yesOrNo,
} from './fields.ts';
import { schedulerPolicy } from './platform.ts';
import { workloadSchema } from './workload.ts';

/** The policies of a virtual switch; what is left out is rejected, as on a new VMware port group. */
export const switchSchema = block(
  {
    promiscuous: about(yesOrNo().optional(), 'Every frame goes to every port.'),
    'forged-transmits': about(
      yesOrNo().optional(),
      "Frames may leave with an address that is not the sending port's: those of inner VMs.",
    ),
    'mac-changes': about(yesOrNo().optional(), 'A port may ask for frames of an address it was not given.'),
    'mac-learning': about(yesOrNo().optional(), 'The switch remembers which address is behind which port.'),
  },
  { uplinks: 'leave it out: one uplink is simulated', vlan: 'leave it out: one network is simulated' },
).meta({ id: 'switch' });

export type SwitchDocument = z.output<typeof switchSchema>;

const hypervisorSchema = block({
  scheduler: about(schedulerPolicy().optional(), 'How it shares its vCPUs among its VMs.'),
  switch: about(switchSchema.optional(), 'The switch between its VMs. What is left out is rejected.'),
});

const LATER_VM_KEYS = {
  disk: 'leave it out: disks are not simulated',
  disks: 'leave it out: disks are not simulated',
  controller: 'leave it out: disks are not simulated',
  shares: 'leave it out: all VMs weigh the same',
  reservation: 'leave it out: CPU reservations are not simulated',
  limit: 'leave it out: CPU limits are not simulated',
  affinity: 'leave it out: pinning is not simulated',
};

export interface VirtualMachineDocument {
  readonly name: string;
  readonly count?: number | undefined;
  readonly vcpus: number;
  readonly memory: number;
  readonly hypervisor?: z.output<typeof hypervisorSchema> | undefined;
  readonly vms?: string | readonly VirtualMachineDocument[] | undefined;
  readonly workload?: string | z.output<typeof workloadSchema> | undefined;
}

const virtualMachineSchema: z.ZodType<VirtualMachineDocument> = block(
  {
    name: about(label(), 'Unique among its neighbours.'),
    count: about(wholeNumber({ min: 1, max: 10_000 }).optional(), 'How many of them. One, when left out.'),
    vcpus: about(wholeNumber({ min: 1, max: 4096 }), 'Virtual CPUs.'),
    memory: about(positiveQuantity('size'), 'Memory.'),
    hypervisor: about(hypervisorSchema.optional(), 'This VM runs VMs: those under vms.'),
    get vms() {
      return about(innerMachines().optional(), 'The VMs inside, or the name of a template that has them.');
    },
    workload: about(
      nameOr('a workload', workloadSchema).optional(),
      'What it does. Nothing at all, when left out.',
    ),
  },
  LATER_VM_KEYS,
).meta({ id: 'virtual-machine' });

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

/** `scenarios/templates/NAME.yaml` as written: what one seat contains. */
export const templateSchema = block(
  {
    schema: schemaLine(TEMPLATE_SCHEMA),
    name: about(label().optional(), 'What scenarios call it; the name of the file without .yaml.'),
    title: about(prose(200).optional(), 'What a report calls it.'),
    description: about(prose(4000).optional(), 'Who uses it, for what.'),
    vms: about(innerMachines(), 'The VMs of one seat.'),
  },
  { phases: 'write them in the scenario' },
).meta({ id: 'template' });

export type TemplateDocument = z.output<typeof templateSchema>;
