import type { Bytes } from '../../model/kernel/units.ts';
import { reservedBy } from '../../model/scenario/check-controls.ts';
import type { Platform } from '../../model/scenario/platform.ts';
import type { Host, Template, VirtualMachine } from '../../model/scenario/scenario.ts';
import { countSeats } from '../result/words.ts';
import type { PlanTargets } from '../target/plan-targets.ts';

/** What keeps more seats off a host, found by arithmetic, before anything is simulated. */
export interface HostLimit {
  readonly cause: 'memory' | 'boot' | 'disk' | 'network' | 'rule' | 'reservations' | 'asked';
  /** Seats at most. */
  readonly seats: number;
  readonly text: string;
}

/** Memory of one seat on the host: its VMs, and what the hypervisor keeps beside each. */
export interface SeatMemory {
  readonly bytes: Bytes;
  readonly overhead: Bytes;
}

const GIB = 2 ** 30;

export function seatMemory({ vms }: Template, { memory }: Platform): SeatMemory {
  const perVm = memory?.overhead?.perVm.value ?? 0;
  const perGib = memory?.overhead?.perGib.value ?? 0;
  const perVcpu = memory?.overhead?.perVcpu.value ?? 0;
  let bytes = 0;
  let overhead = 0;
  for (const vm of vms) {
    bytes += vm.count * vm.memory;
    overhead += vm.count * (perVm + (perGib * vm.memory) / GIB + perVcpu * vm.vcpus);
  }
  return { bytes: bytes as Bytes, overhead: Math.round(overhead) as Bytes };
}

/** Disks of one seat, as far as its components say. */
export function seatDisk({ vms }: Template): Bytes | null {
  const sizes = vms.map(diskOf);
  const known = sizes.filter((size) => size !== null);
  return known.length === 0 ? null : (known.reduce((sum, size) => sum + size, 0) as Bytes);
}

function diskOf(vm: VirtualMachine): number | null {
  const inner = vm.vms.map(diskOf).filter((size) => size !== null);
  const own = vm.component?.disk ?? null;
  if (own === null && inner.length === 0) return null;
  return vm.count * inner.reduce((sum, size) => sum + size, own ?? 0);
}

/** The limits of a host, tightest first; of equals, the one that says more. */
export function hostLimits(
  host: Host,
  template: Template,
  platform: Platform,
  targets: PlanTargets,
  asked: number,
  refusals: readonly string[],
): readonly HostLimit[] {
  const limits: HostLimit[] = [
    memoryLimit(host, template, platform, targets),
    ...ruleLimits(host, template),
    ...reservationLimits(host, template),
    ...refusals.map((text): HostLimit => ({ cause: 'rule', seats: 0, text })),
    { cause: 'asked', seats: asked, text: `${countSeats(asked)} ${asked === 1 ? 'is' : 'are'} asked for` },
  ];
  return inOrderOfTightness(limits);
}

const SAYS_MORE = ['rule', 'reservations', 'memory', 'disk', 'network', 'boot', 'asked'];

/** Tightest first; of equals, the one that says more. */
export const inOrderOfTightness = (limits: readonly HostLimit[]): readonly HostLimit[] =>
  [...limits].sort((a, b) => a.seats - b.seats || SAYS_MORE.indexOf(a.cause) - SAYS_MORE.indexOf(b.cause));

function memoryLimit(
  host: Host,
  template: Template,
  platform: Platform,
  { memoryHeadroom }: PlanTargets,
): HostLimit {
  const seat = seatMemory(template, platform);
  const kept = (template.plan?.reserve?.memory ?? 0) + (platform.memory?.own?.value ?? 0);
  const usable = host.memory * (1 - memoryHeadroom) - kept;
  const perSeat = seat.bytes + seat.overhead;
  return {
    cause: 'memory',
    seats: Math.max(0, Math.floor(usable / perSeat)),
    text:
      `${gib(usable)} of ${gib(host.memory)} are for seats of ${gib(perSeat)}` +
      (memoryHeadroom > 0 ? `; ${Math.round(memoryHeadroom * 100)} % stay free` : '') +
      (kept > 0 ? `; the host's own system keeps ${gib(kept)}` : ''),
  };
}

function ruleLimits(host: Host, { plan, vms }: Template): HostLimit[] {
  const limits: HostLimit[] = [];
  const widest = vms.reduce((found, vm) => (vm.vcpus > found.vcpus ? vm : found));
  if (widest.vcpus > host.cpus) {
    limits.push({
      cause: 'rule',
      seats: 0,
      text: `${widest.name} has ${widest.vcpus} vCPUs, the host ${host.cpus} CPUs`,
    });
  }
  if (plan?.seatsPerHost !== undefined && plan.seatsPerHost !== null) {
    limits.push({
      cause: 'rule',
      seats: plan.seatsPerHost,
      text: `the template allows ${plan.seatsPerHost} seat${plan.seatsPerHost === 1 ? '' : 's'} a host`,
    });
  }
  return limits;
}

/** A hypervisor starts no VM whose CPU reservation it has not got (admission control), whether or not it is used. */
function reservationLimits({ cpus }: Host, { vms }: Template): HostLimit[] {
  const reserved = reservedBy(vms);
  if (reserved === 0) return [];
  return [
    {
      cause: 'reservations',
      // Sums of decimals: 3 seats of 1.2 CPUs are 3.6 and a little.
      seats: Math.floor((cpus + 1e-9) / reserved),
      text: `a seat reserves ${Number(reserved.toPrecision(6))} of ${cpus} CPUs; what is reserved cannot be promised twice`,
    },
  ];
}

/** `42 GiB`, `39.9 GiB`. */
export const gib = (bytes: number): string => `${Number((bytes / GIB).toPrecision(3))} GiB`;
