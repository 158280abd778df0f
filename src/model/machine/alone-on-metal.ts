import { ns } from '../kernel/units.ts';
import { MachineError } from './machine-error.ts';
import type {
  GuestSpecification,
  HypervisorSpecification,
  MachineSpecification,
  WorkloadSpecification,
} from './specification.ts';
import type { DiskSpecification } from './storage/storage-specification.ts';

/**
 * The machine that slowdowns are measured against: every guest with work (of one role, if given) as if its system
 * ran alone on the metal, on as many CPUs of its own as it has vCPUs, without siblings, exits or switches. Entities
 * keep their names, so their random streams, and so their jobs, are the same as in the given machine.
 *
 * One machine holds them all side by side: there are as many CPUs as vCPUs, so nobody ever waits for another.
 *
 * @throws MachineError when no guest has work (in that role).
 */
export function aloneOnMetal(specification: MachineSpecification, role?: string): MachineSpecification {
  const guests = workingGuests(specification.root)
    .filter((guest) => role === undefined || guest.role === role)
    .map((guest) => onMetal(guest, specification.nic));
  if (guests.length === 0) {
    throw new MachineError(
      `no guest ${role === undefined ? '' : `in the role ${role} `}has a workload to run alone`,
    );
  }
  return {
    physicalCpus: guests.reduce((sum, guest) => sum + guest.vcpus, 0),
    threadsPerCore: 1,
    smtThroughput: 1,
    baseLevel: 0,
    exits: { switch: ns(0), classes: {} },
    network: { ...specification.network, forward: ns(0), copy: ns(0), copyKib: ns(0), drop: ns(0) },
    ...(specification.storage === undefined ? {} : { storage: { ...specification.storage, each: true } }),
    root: {
      // Nobody waits here, so it does not matter which; this one takes the fewest events.
      scheduler: { policy: 'eevdf', slice: ns(2_800_000), tick: ns(4_000_000) },
      switch: { promiscuous: false, forgedTransmits: true, macChanges: true, macLearning: true },
      guests,
    },
  };
}

function workingGuests(hypervisor: HypervisorSpecification): GuestSpecification[] {
  return hypervisor.guests.flatMap((guest) => [
    ...(guest.workload === undefined ? [] : [guest]),
    ...(guest.hypervisor === undefined ? [] : workingGuests(guest.hypervisor)),
  ]);
}

/** The host's disk itself, without a controller in between. */
const BARE_DISK: DiskSpecification = {
  controller: {
    queueDepth: Number.MAX_SAFE_INTEGER,
    kick: {},
    kickBatch: 1,
    coalescing: 1,
    submit: ns(0),
    complete: ns(0),
  },
  thin: false,
};

/** A network card as fast as the host's, if its own is no slower, is each guest's alone. */
function onMetal(guest: GuestSpecification, hostNic: number | undefined): GuestSpecification {
  const workload: WorkloadSpecification = {
    ...guest.workload!,
    exitsPerCpuSecond: {},
    exitsPerJob: {},
    exitsPerBusySecond: {},
  };
  const { network } = guest.workload!;
  const nic = Math.min(guest.nic ?? Number.POSITIVE_INFINITY, hostNic ?? Number.POSITIVE_INFINITY);
  const { reservation: _reservation, limit: _limit, affinity: _affinity, ...unbound } = guest;
  return {
    ...unbound,
    weight: 1024,
    ...(guest.disk === undefined ? {} : { disk: BARE_DISK }),
    ...(nic === Number.POSITIVE_INFINITY ? {} : { nic }),
    // Its peers in the seat are other machines now, and nobody is there to hear it.
    workload:
      network === undefined
        ? workload
        : { ...workload, network: { ...network, peer: 'uplink', broadcast: 0 } },
  };
}
