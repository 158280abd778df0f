import { exp, log } from '../../model/kernel/elementary.ts';
import { normalQuantile } from '../../model/kernel/special/normal-quantile.ts';
import type { DurationDistribution } from '../../model/machine/duration-distribution.ts';
import type {
  GuestSpecification,
  MachineSpecification,
  WorkloadSpecification,
} from '../../model/machine/specification.ts';
import { burstOf } from '../search/seat-load.ts';

/** What one VM takes to come up. */
export interface BootWork {
  readonly role: string;
  readonly seat: number;
  /** Place in the list of the VM it is in, which must be up first; null for a VM of the host. */
  readonly inside: number | null;
  readonly vcpus: number;
  /** Nanoseconds of CPU time, exits included. */
  readonly cpu: number;
  /** I/Os at the host's disk, those that thin disks add included, and their bytes. */
  readonly ios: number;
  readonly bytes: number;
  /** Nanoseconds it waits for its reads when nobody else reads. */
  readonly waits: number;
}

/**
 * What the VMs of a machine take to come up, each hypervisor before what is in it. No luck is drawn: of the VMs in the
 * same role the j-th of m takes the demand at the probability (j - 1/2) / m, spread over the seats.
 */
export function bootWork(specification: MachineSpecification): readonly BootWork[] {
  const works: BootWork[] = [];
  const counts = new Map<string, number>();
  const places = new Map<string, number>();
  visit(specification.root.guests, (guest) => counts.set(guest.role, (counts.get(guest.role) ?? 0) + 1));
  const add = (
    guests: readonly GuestSpecification[],
    level: number,
    inside: number | null,
    writesBelow: number,
  ): void => {
    for (const guest of guests) {
      const place = places.get(guest.role) ?? 0;
      places.set(guest.role, place + 1);
      const writes = writesBelow * writesOf(guest, specification);
      works.push(workOf(guest, level, inside, writes, specification, place, counts.get(guest.role)!));
      if (guest.hypervisor !== undefined) add(guest.hypervisor.guests, level + 1, works.length - 1, writes);
    }
  };
  add(specification.root.guests, specification.baseLevel + 1, null, 1);
  return works;
}

function visit(guests: readonly GuestSpecification[], see: (guest: GuestSpecification) => void): void {
  for (const guest of guests) {
    see(guest);
    visit(guest.hypervisor?.guests ?? [], see);
  }
}

/** I/Os for each first write that a guest hands down: thin on thin multiplies. */
function writesOf({ disk }: GuestSpecification, { storage }: MachineSpecification): number {
  return disk?.thin === true ? 1 + (storage?.thinWrites ?? 0) : 1;
}

function workOf(
  { role, seat, vcpus, boot }: GuestSpecification,
  level: number,
  inside: number | null,
  writes: number,
  specification: MachineSpecification,
  place: number,
  count: number,
): BootWork {
  if (boot === undefined) return { role, seat, inside, vcpus, cpu: 0, ios: 0, bytes: 0, waits: 0 };
  const cpu = burstOf(boot, level, specification, demandAt(boot.demand, place, count));
  const { ios, rounds } = iosOf(boot, writes);
  const latency = specification.storage?.device.latency.mean ?? 0;
  return {
    role,
    seat,
    inside,
    vcpus,
    cpu,
    ios,
    bytes: ios * (boot.disk?.size ?? 0),
    waits: rounds * latency,
  };
}

function iosOf(
  { disk }: WorkloadSpecification,
  writesPerFresh: number,
): { readonly ios: number; readonly rounds: number } {
  if (disk === undefined) return { ios: 0, rounds: 0 };
  const written = disk.writes * (1 + disk.fresh * (writesPerFresh - 1));
  return { ios: disk.reads + written, rounds: disk.reads / Math.max(1, disk.together) };
}

/** A stride that visits all places before it comes back, far apart one after the other: neighbours are unlike. */
const GOLDEN = 0.6180339887498949;

function demandAt(demand: DurationDistribution, place: number, count: number): number {
  const shuffled = Math.floor(count * ((place * GOLDEN) % 1));
  const probability = (shuffled + 0.5) / count;
  switch (demand.kind) {
    case 'lognormal': {
      const variance = log(1 + demand.cv * demand.cv);
      return demand.mean * exp(Math.sqrt(variance) * normalQuantile(probability) - variance / 2);
    }
    case 'exponential':
      return -demand.mean * log(1 - probability);
    default:
      return demand.mean;
  }
}
