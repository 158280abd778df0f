import { MachineError } from './machine-error.ts';
import type { HypervisorSpecification, MachineSpecification } from './specification.ts';
import type { Topology } from './topology.ts';

/** @throws MachineError for what the specification can say and the exact engine does not simulate. */
export function refuseWhatIsNotSimulated({ specification, layers }: Topology): void {
  for (const { name, scheduler } of layers) {
    if (scheduler.policy !== 'eevdf') refuse(name, `the scheduling policy ${scheduler.policy}`, 'use eevdf');
  }
  refuseControls(specification);
}

function refuseControls({ cacheRefill, root }: MachineSpecification): void {
  if ((cacheRefill ?? 0) > 0) refuse('the machine', 'refilling caches after a migration');
  const visit = (who: string, { guests, haltPolling, spinExit }: HypervisorSpecification): void => {
    if (haltPolling !== undefined) refuse(who, 'halt polling');
    if (spinExit !== undefined) refuse(who, 'exits of spinning vCPUs');
    for (const { entity, reservation, limit, affinity, workload, hypervisor } of guests) {
      if ((reservation ?? 0) > 0) refuse(entity, 'a CPU reservation');
      if (limit !== undefined) refuse(entity, 'a CPU limit');
      if (affinity !== undefined) refuse(entity, 'CPU affinity');
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
