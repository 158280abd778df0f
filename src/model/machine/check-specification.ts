import { MachineError } from './machine-error.ts';
import type {
  DurationDistribution,
  GuestSpecification,
  HypervisorSpecification,
  MachineSpecification,
  NetworkCosts,
  SchedulerSpecification,
  WorkloadSpecification,
} from './specification.ts';

/**
 * Refuses what cannot be simulated, naming the part, what was found and what was expected. A last line of defence:
 * scenario/check-scenario finds the same with the line of the file.
 *
 * @throws MachineError
 */
export function checkSpecification(specification: MachineSpecification): void {
  const { physicalCpus, threadsPerCore, smtThroughput, baseLevel, network, root } = specification;
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
  checkHypervisor('host', root, new Set());
}

function checkHypervisor(
  who: string,
  { scheduler, guests }: HypervisorSpecification,
  names: Set<string>,
): void {
  checkScheduler(who, scheduler);
  for (const guest of guests) checkGuest(guest, names);
}

function checkGuest(guest: GuestSpecification, names: Set<string>): void {
  const { entity, vcpus, weight, hypervisor, workload, scheduler } = guest;
  if (names.has(entity))
    throw new MachineError(`${entity}: two guests have this name; expected each to have its own`);
  names.add(entity);
  wholeNumber(entity, 'vCPUs', vcpus, 1);
  wholeNumber(entity, 'as its weight', weight, 1);
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
  }
  checkDuration(who, 'ns of demand', demand);
  if (network === undefined) return;
  wholeNumber(who, 'frames sent for each job', network.send, 0);
  wholeNumber(who, 'frames received for each job', network.receive, 0);
}

function checkDuration(who: string, what: string, distribution: DurationDistribution): void {
  within(who, what, distribution.mean, 0, Number.MAX_SAFE_INTEGER);
  if (distribution.kind === 'lognormal') {
    within(who, `as the coefficient of variation of ${what}`, distribution.cv, 0, Number.MAX_VALUE);
  }
}

function checkNetwork({ forward, copy, drop, receive, ring, batch }: NetworkCosts): void {
  const who = 'the network';
  for (const [part, cost] of Object.entries({ forward, copy, drop, receive })) {
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
