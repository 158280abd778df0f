import { EXIT_CLASSES, type ExitClass } from '../../model/machine/exit-class.ts';
import { exitCost } from '../../model/machine/exit-cost.ts';
import { FULL_FRAME } from '../../model/machine/network/frame-costs.ts';
import type {
  GuestSpecification,
  HypervisorSpecification,
  MachineSpecification,
  WorkloadSpecification,
} from '../../model/machine/specification.ts';

/**
 * CPUs that one seat keeps busy when nobody waits, by closed form: what its guests ask for, and what exits and frames
 * add on the way. An estimate for bounds, first guesses and for telling parameters apart; trials decide.
 */
export interface SeatLoad {
  readonly guest: number;
  readonly exits: number;
  readonly frames: number;
  readonly total: number;
  /** I/Os and bytes a second at the host's disk; bits a second that leave and enter by its card. */
  readonly ios: number;
  readonly diskBytes: number;
  readonly bitsOut: number;
  readonly bitsIn: number;
  /** How much longer a burst of the probe takes than on the metal, exits only; the largest of its roles. */
  readonly probeStretch: number;
}

const NS = 1e9;

/** @param specification of a machine with one seat */
export function seatLoad(specification: MachineSpecification): SeatLoad {
  const sum = { guest: 0, exits: 0, frames: 0, ios: 0, diskBytes: 0, bitsOut: 0, bitsIn: 0, probeStretch: 1 };
  addGuests(specification.root, specification.baseLevel + 1, specification, sum);
  return { ...sum, total: sum.guest + sum.exits + sum.frames };
}

interface Sum {
  guest: number;
  exits: number;
  frames: number;
  ios: number;
  diskBytes: number;
  bitsOut: number;
  bitsIn: number;
  probeStretch: number;
}

function addGuests(
  { guests }: HypervisorSpecification,
  level: number,
  specification: MachineSpecification,
  sum: Sum,
): void {
  for (const guest of guests) {
    if (guest.workload !== undefined) addGuest(guest, guest.workload, level, specification, sum);
    if (guest.hypervisor !== undefined) addGuests(guest.hypervisor, level + 1, specification, sum);
  }
}

function addGuest(
  guest: GuestSpecification,
  workload: WorkloadSpecification,
  level: number,
  specification: MachineSpecification,
  sum: Sum,
): void {
  const demand = workload.demand.mean / NS;
  const stretched = burstOf(workload, level, specification, workload.demand.mean) / NS;
  const jobs = jobsPerSecond(workload, guest.vcpus, demand, stretched);
  sum.guest += jobs * demand;
  sum.exits += jobs * (stretched - demand);
  sum.frames += jobs * frameTime(workload, level - specification.baseLevel, specification);
  const { disk, network } = workload;
  if (disk !== undefined) {
    // First writes to thin disks take more; how many more is told by boots, where most of them are.
    sum.ios += jobs * (disk.reads + disk.writes);
    sum.diskBytes += jobs * (disk.reads + disk.writes) * disk.size;
  }
  if (network?.peer === 'uplink') {
    const bits = 8 * (network.frameBytes ?? FULL_FRAME);
    sum.bitsOut += jobs * network.send * bits;
    sum.bitsIn += jobs * network.receive * bits;
  }
  if (workload.probe) sum.probeStretch = Math.max(sum.probeStretch, stretched / demand);
}

/** Nanoseconds a job of this demand takes a vCPU at a level that nobody takes away: the demand itself, and exits. */
export function burstOf(
  workload: WorkloadSpecification,
  level: number,
  { exits }: MachineSpecification,
  demand: number,
): number {
  const cost = (exitClass: ExitClass): number =>
    exits.classes[exitClass] === undefined ? 0 : exitCost(exits, exitClass, level).total;
  const taken = (rates: WorkloadSpecification['exitsPerJob']): number =>
    EXIT_CLASSES.reduce((total, name) => {
      const rate = rates[name] ?? 0;
      return rate === 0 ? total : total + rate * cost(name);
    }, 0);
  // A job wakes its guest and puts it to sleep again, and its frames come in batches.
  const own =
    cost('halt-wake') + (workload.network === undefined ? 0 : cost('external-interrupt') + cost('mmio'));
  const burst = demand * (1 + taken(workload.exitsPerCpuSecond) / NS) + taken(workload.exitsPerJob) + own;
  return burst / (1 - Math.min(0.9, taken(workload.exitsPerBusySecond) / NS));
}

function jobsPerSecond(
  { arrivals }: WorkloadSpecification,
  vcpus: number,
  demand: number,
  stretched: number,
): number {
  switch (arrivals.kind) {
    case 'open':
      return Math.min(arrivals.perSecond, vcpus / stretched);
    case 'closed':
      return Math.min(arrivals.users / (demand + arrivals.think.mean / NS), vcpus / stretched);
    case 'saturated':
      return Math.min(arrivals.tasks, vcpus) / stretched;
    default:
      return 0;
  }
}

/** Seconds a job's frames take on the switches between it and the host's uplink, without copies nobody wanted. */
function frameTime(
  { network }: WorkloadSpecification,
  switches: number,
  { network: costs }: MachineSpecification,
): number {
  if (network === undefined) return 0;
  const frames = network.send + network.receive;
  return (frames * (switches * (costs.forward + costs.copy) + costs.receive)) / NS;
}
