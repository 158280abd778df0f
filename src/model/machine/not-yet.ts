import { MachineError } from './machine-error.ts';
import type { HypervisorSpecification, MachineSpecification } from './specification.ts';
import type { Topology } from './topology.ts';

/** @throws MachineError for what the specification can say and the exact engine does not simulate. */
export function refuseWhatIsNotSimulated({ specification, layers }: Topology): void {
  for (const { name, scheduler } of layers) {
    if (scheduler.policy === 'fair') {
      refuse(name, 'the scheduling policy fair', 'use the fluid engine, or another policy');
    }
  }
  refuseControls(specification);
}

function refuseControls({ root }: MachineSpecification): void {
  const visit = (who: string, { guests, haltPolling, spinExit }: HypervisorSpecification): void => {
    if (haltPolling !== undefined) refuse(who, 'halt polling');
    if (spinExit !== undefined) refuse(who, 'exits of spinning vCPUs');
    for (const { entity, workload, hypervisor } of guests) {
      if (workload?.locks !== undefined) refuse(entity, 'locks');
      if (workload?.barriers !== undefined) refuse(entity, 'barriers');
      if (hypervisor !== undefined) visit(entity, hypervisor);
    }
  };
  visit('host', root);
}

function refuse(who: string, what: string, hint = 'leave it out'): never {
  throw new MachineError(`${who}: ${what} is not simulated slice by slice yet; ${hint}`);
}
