import { MachineError } from './machine-error.ts';
import type { SchedulerSpecification } from './scheduler-specification.ts';
import type {
  DurationDistribution,
  GuestSpecification,
  HypervisorSpecification,
  MachineSpecification,
  NetworkCosts,
  SwitchSpecification,
  WorkloadSpecification,
} from './specification.ts';
import { checkDisks } from './storage/check-disks.ts';

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
  within(who, 'ns to refill caches', specification.cacheRefill ?? 0, 0, Number.MAX_SAFE_INTEGER);
  checkHypervisor('host', physicalCpus, root, new Set());
  checkDisks(specification);
}

const NO_RESERVATIONS: readonly string[] = ['eevdf', 'cfs', 'credit2'];

/** @param cpus what it schedules its guests on */
function checkHypervisor(
  who: string,
  cpus: number,
  { scheduler, switch: policy, guests, haltPolling, spinExit, paging }: HypervisorSpecification,
  names: Set<string>,
): void {
  const without = guests.find(({ hypervisor }) => hypervisor !== undefined && hypervisor.paging !== paging);
  if (paging === 'shadow' && without !== undefined) {
    throw new MachineError(
      `${without.entity}: nested paging inside ${who}, which has none to give (paging: shadow)`,
    );
  }
  checkScheduler(who, scheduler);
  checkSwitch(who, policy);
  if (haltPolling !== undefined) {
    const { most, growStart, grow, shrink } = haltPolling;
    wholeNumber(who, 'ns as its longest polling of a halted vCPU', most, 0);
    wholeNumber(who, 'ns as its first polling of a halted vCPU', growStart ?? 10_000, 1);
    within(who, 'as the factor by which polling grows', grow ?? 2, 1, 1e6);
    within(who, 'as the divisor by which polling shrinks', shrink ?? 2, 0, 1e6);
  }
  if (spinExit !== undefined) wholeNumber(who, 'ns of spinning before an exit', spinExit.window, 1);
  for (const guest of guests) {
    checkControls(guest, cpus);
    checkGuest(guest, names);
  }
  const reserving = guests.find((guest) => (guest.reservation ?? 0) > 0);
  if (reserving !== undefined && NO_RESERVATIONS.includes(scheduler.policy)) {
    throw new MachineError(
      `${reserving.entity}: a reservation under ${scheduler.policy}, which knows none; use weights, or esxi or hyperv`,
    );
  }
  const reserved = guests.reduce((sum, guest) => sum + (guest.reservation ?? 0), 0);
  // A sum of decimals may be a little more than what they are written as.
  if (reserved > cpus + 1e-9) {
    throw new MachineError(`${who}: its guests reserve ${reserved} CPUs together; it has ${cpus}`);
  }
}

function checkControls(
  { entity, vcpus, reservation, limit, affinity }: GuestSpecification,
  cpus: number,
): void {
  within(entity, 'CPUs as its reservation', reservation ?? 0, 0, Math.min(vcpus, cpus));
  if (limit !== undefined) {
    within(entity, 'CPUs as its limit', limit.cpus, 0.001, Number.MAX_SAFE_INTEGER);
    wholeNumber(entity, 'ns as the period of its limit', limit.period ?? 1e8, 1e6);
    if (limit.cpus < (reservation ?? 0)) {
      throw new MachineError(
        `${entity}: ${limit.cpus} CPUs as its limit, less than its reservation of ${reservation}`,
      );
    }
  }
  if (affinity === undefined) return;
  if (affinity.length === 0)
    throw new MachineError(`${entity}: an affinity without CPUs; expected at least one`);
  for (const cpu of affinity) {
    wholeNumber(entity, 'as a CPU of its affinity', cpu, 0);
    if (cpu >= cpus)
      throw new MachineError(`${entity}: CPU ${cpu} in its affinity; there are 0 to ${cpus - 1}`);
  }
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
  if (hypervisor !== undefined && workload !== undefined && workload.arrivals.kind !== 'once') {
    throw new MachineError(
      `${entity}: is a hypervisor and has a workload; put the workload into a guest of it`,
    );
  }
  if (hypervisor !== undefined) checkHypervisor(entity, vcpus, hypervisor, names);
  if (workload !== undefined) checkWorkload(entity, workload);
}

function checkScheduler(who: string, scheduler: SchedulerSpecification): void {
  const time = (what: string, value: number, least = 1): void =>
    wholeNumber(who, `ns as its ${what}`, value, least);
  switch (scheduler.policy) {
    case 'eevdf':
      time('time slice', scheduler.slice);
      time('tick', scheduler.tick);
      break;
    case 'cfs':
      time('scheduling latency', scheduler.latency);
      time('minimum granularity', scheduler.minimumGranularity);
      time('wake-up granularity', scheduler.wakeupGranularity, 0);
      time('tick', scheduler.tick);
      break;
    case 'esxi':
      time('quantum', scheduler.quantum);
      within(who, 'as its charge beside a busy sibling', scheduler.smtCharge ?? 1, 0.5, 1);
      if (scheduler.coscheduling === null) break;
      time('co-stop threshold', scheduler.coscheduling.costop);
      time('interval of looks at the skew', scheduler.coscheduling.poll);
      time('co-start threshold', scheduler.coscheduling.costart, 0);
      if (scheduler.coscheduling.costart < scheduler.coscheduling.costop) break;
      throw new MachineError(`${who}: its co-start threshold is not below its co-stop threshold`);
    case 'credit2':
      time('initial credit', scheduler.creditInit ?? 1);
      time('shortest turn', scheduler.minimumRun ?? 1);
      time('longest turn', scheduler.maximumRun ?? Number.MAX_SAFE_INTEGER, scheduler.minimumRun ?? 1);
      time('rate limit', scheduler.rateLimit ?? 0, 0);
      time('resistance to migration', scheduler.migrateResistance ?? 0, 0);
      break;
    case 'hyperv':
      time('quantum', scheduler.quantum);
      break;
    case 'fair':
      break;
  }
}

function checkWorkload(who: string, workload: WorkloadSpecification): void {
  const { arrivals, demand, locks, barriers, network } = workload;
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
  if (locks !== undefined) {
    wholeNumber(who, 'critical sections for each job', locks.perJob, 0);
    wholeNumber(who, 'ns as the length of a critical section', locks.length, 1);
    wholeNumber(who, 'locks', locks.count, 1);
  }
  if (barriers !== undefined) {
    wholeNumber(who, 'ns of work between barriers', barriers.every, 1);
    if (arrivals.kind !== 'saturated') {
      throw new MachineError(
        `${who}: barriers between tasks of ${arrivals.kind} arrivals; expected saturated ones`,
      );
    }
  }
  if (network === undefined) return;
  wholeNumber(who, 'frames sent for each job', network.send, 0);
  wholeNumber(who, 'frames received for each job', network.receive, 0);
  within(who, 'bytes in a frame', network.frameBytes ?? 64, 1, 65_536);
  within(who, 'broadcasts a second', network.broadcast ?? 0, 0, 1e6);
}

function checkSwitch(who: string, { uplinks, floodLimit, macTable }: SwitchSpecification): void {
  wholeNumber(who, 'adapters in the uplink of its switch', uplinks ?? 1, 0);
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
