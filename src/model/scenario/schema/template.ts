import { z } from 'zod';
import { worded } from '../explain.ts';
import { TEMPLATE_SCHEMA } from '../scenario.ts';
import { block, label, nameOr, positiveQuantity, prose, schemaLine, wholeNumber, yesOrNo } from './fields.ts';
import { schedulerPolicy } from './platform.ts';
import { workloadSchema } from './workload.ts';

/** The policies of a virtual switch; what is left out is rejected, as on a new VMware port group. */
export const switchSchema = block(
  {
    promiscuous: yesOrNo().optional(),
    'forged-transmits': yesOrNo().optional(),
    'mac-changes': yesOrNo().optional(),
    'mac-learning': yesOrNo().optional(),
  },
  { uplinks: 'leave it out: one uplink is simulated', vlan: 'leave it out: one network is simulated' },
).meta({ id: 'switch' });

export type SwitchDocument = z.output<typeof switchSchema>;

const hypervisorSchema = block({
  scheduler: schedulerPolicy().optional(),
  switch: switchSchema.optional(),
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

export const virtualMachineSchema: z.ZodType<VirtualMachineDocument> = block(
  {
    name: label(),
    count: wholeNumber({ min: 1, max: 10_000 }).optional(),
    vcpus: wholeNumber({ min: 1, max: 4096 }),
    memory: positiveQuantity('size'),
    hypervisor: hypervisorSchema.optional(),
    get vms() {
      return innerMachines().optional();
    },
    workload: nameOr('a workload', workloadSchema).optional(),
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
    name: label().optional(),
    title: prose(200).optional(),
    description: prose(4000).optional(),
    vms: innerMachines(),
  },
  { phases: 'write them in the scenario' },
).meta({ id: 'template' });

export type TemplateDocument = z.output<typeof templateSchema>;
