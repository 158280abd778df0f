import { MachineError } from './machine-error.ts';
import type {
  DurationDistribution,
  GuestSpecification,
  HypervisorSpecification,
  MachineSpecification,
  NetworkCosts,
  SchedulerSpecification,
  SwitchSpecification,
  WorkloadSpecification,
} from './specification.ts';

/**
 * Refuses what cannot be simulated, naming the part, what was found and what was expected. A last line of defence:
 * scenario/check-scenario finds the same with the line of the file.
 *
 * @throws MachineError
 */
export function checkSpecification(specification: MachineSpecification): void {
  const { physicalCpus, threadsPerCore, smtThroughput, baseLevel, network, nic, root } = specification;
  const who = 'the machine';
  wholeNumber(who, 'physical CPUs', physicalCpus, 1);
  wholeNumber(who, 'as its base level', baseLevel, 0);
  within(who, 'as SMT throughput', smtThroughput, 1, 2);
  if (threadsPerCore === 2 && physicalCpus % 2 !== 0) {
    throw new MachineError(
      `${who}: ${physicalCpus} CPUs cannot be cores of 2 threads; expected an even number`,
    );
  }
  checkNetwork(network);
  checkCard(who, nic);
  checkHypervisor('host', root, new Set());
}

function checkHypervisor(
  who: string,
  { scheduler, switch: policy, guests }: HypervisorSpecification,
  names: Set<string>,
): void {
  checkScheduler(who, scheduler);
  checkSwitch(who, policy);
  for (const guest of guests) checkGuest(guest, names);
}

function checkGuest(guest: GuestSpecification, names: Set<string>): void {
  const { entity, vcpus, weight, hypervisor, workload, scheduler } = guest;
  if (names.has(entity))
    throw new MachineError(`${entity}: two guests have this name; expected each to have its own`);
  names.add(entity);
  wholeNumber(entity, 'vCPUs', vcpus, 1);
  wholeNumber(entity, 'as its weight', weight, 1);
  checkCard(entity, guest.nic);
  checkScheduler(entity, scheduler);
  if (hypervisor !== undefined && workload !== undefined) {
    throw new MachineError(
      `${entity}: is a hypervisor and has a workload; put the workload into a guest of it`,
    );
  }
  if (hypervisor !== undefined) checkHypervisor(entity, hypervisor, names);
  if (workload !== undefined) checkWorkload(entity, workload);
}

function checkScheduler(who: string, { slice, tick }: SchedulerSpecification): void {
  wholeNumber(who, 'ns as its time slice', slice, 1);
  wholeNumber(who, 'ns as its tick', tick, 1);
}

function checkWorkload(who: string, { arrivals, demand, network }: WorkloadSpecification): void {
  switch (arrivals.kind) {
    case 'open':
      within(who, 'jobs a second', arrivals.perSecond, 0, Number.MAX_VALUE);
      if (arrivals.workers !== undefined) wholeNumber(who, 'workers', arrivals.workers, 1);
      break;
    case 'closed':
      wholeNumber(who, 'users', arrivals.users, 1);
      checkDuration(who, 'ns of think time', arrivals.think);
      break;
    case 'saturated':
      wholeNumber(who, 'tasks', arrivals.tasks, 1);
      break;
    case 'once':
      wholeNumber(who, 'ns until its one job', arrivals.at, 0);
      break;
  }
  checkDuration(who, 'ns of demand', demand);
  if (network === undefined) return;
  wholeNumber(who, 'frames sent for each job', network.send, 0);
  wholeNumber(who, 'frames received for each job', network.receive, 0);
  within(who, 'bytes in a frame', network.frameBytes ?? 64, 1, 65_536);
  within(who, 'broadcasts a second', network.broadcast ?? 0, 0, 1e6);
}

function checkSwitch(who: string, { uplinks, floodLimit, macTable }: SwitchSpecification): void {
  wholeNumber(who, 'adapters in the uplink of its switch', uplinks ?? 1, 1);
  wholeNumber(who, 'addresses its switch holds', macTable?.limit ?? 1, 1);
  within(who, 'ns until its switch forgets an address', macTable?.ageing ?? 0, 0, Number.MAX_SAFE_INTEGER);
  within(who, 'frames a second its switch floods', floodLimit ?? 1, 1e-3, Number.MAX_SAFE_INTEGER);
}

function checkCard(who: string, speed: number | undefined): void {
  within(who, 'bit/s as the speed of its network card', speed ?? 1, 1, Number.MAX_SAFE_INTEGER);
}

function checkDuration(who: string, what: string, distribution: DurationDistribution): void {
  within(who, what, distribution.mean, 0, Number.MAX_SAFE_INTEGER);
  if (distribution.kind === 'lognormal') {
    within(who, `as the coefficient of variation of ${what}`, distribution.cv, 0, Number.MAX_VALUE);
  }
}

function checkNetwork(costs: NetworkCosts): void {
  const { forward, copy, drop, receive, translate = 0, ring, batch, copyKib = 0, tso = 1, lro = 1 } = costs;
  const who = 'the network';
  within(who, 'ns to copy a KiB', copyKib, 0, Number.MAX_SAFE_INTEGER);
  within(who, 'bytes sent in one piece', tso, 1, Number.MAX_SAFE_INTEGER);
  within(who, 'bytes received in one piece', lro, 1, Number.MAX_SAFE_INTEGER);
  for (const [part, cost] of Object.entries({ forward, copy, drop, receive, translate })) {
    within(who, `ns to ${part} a frame`, cost, 0, Number.MAX_SAFE_INTEGER);
  }
  wholeNumber(who, 'frames in a batch', batch, 1);
  wholeNumber(who, 'frames in a ring, which holds a batch', ring, batch);
}

function wholeNumber(who: string, what: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new MachineError(`${who}: ${value} ${what}; expected a whole number of at least ${least}`);
}

function within(who: string, what: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  const range =
    most >= Number.MAX_SAFE_INTEGER ? `a finite number of at least ${least}` : `${least} to ${most}`;
  throw new MachineError(`${who}: ${value} ${what}; expected ${range}`);
}
