import { ns } from '../../kernel/units.ts';
import type {
  GuestSpecification,
  HypervisorSpecification,
  MachineSpecification,
  WorkloadSpecification,
} from '../specification.ts';

/**
 * The machine while it comes up: every guest does what its boot takes and nothing else. Guests of the host start seat
 * by seat, `stagger` nanoseconds apart; those inside a nested hypervisor when that is up. A guest without a boot of
 * its own is up as soon as it is started.
 */
export function bootMachine(specification: MachineSpecification, stagger: number): MachineSpecification {
  const seats = [...new Set(specification.root.guests.map(({ seat }) => seat))];
  const startOf = new Map(seats.map((seat, place) => [seat, place * stagger]));
  return {
    ...specification,
    root: {
      ...specification.root,
      guests: specification.root.guests.map((guest) => coming(guest, startOf.get(guest.seat)!)),
    },
  };
}

function coming({ workload: _workload, ...guest }: GuestSpecification, at: number): GuestSpecification {
  const inside: HypervisorSpecification | undefined = guest.hypervisor && {
    ...guest.hypervisor,
    guests: guest.hypervisor.guests.map((inner) => coming(inner, 0)),
  };
  return {
    ...guest,
    workload: bootOf(guest, at),
    ...(inside === undefined ? {} : { hypervisor: inside }),
  };
}

function bootOf({ boot }: Pick<GuestSpecification, 'boot'>, at: number): WorkloadSpecification {
  const { network: _network, ...work } = boot ?? NOTHING_TO_DO;
  return { ...work, arrivals: { kind: 'once', at: ns(at) } };
}

const NOTHING_TO_DO: WorkloadSpecification = {
  name: 'nothing to do',
  arrivals: { kind: 'once', at: ns(0) },
  demand: { kind: 'constant', mean: ns(1) },
  exitsPerCpuSecond: {},
  exitsPerJob: {},
  exitsPerBusySecond: {},
  probe: false,
};
