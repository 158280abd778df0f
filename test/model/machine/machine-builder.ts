import { ns } from '../../../src/model/kernel/units.ts';
import type { MachineMeasurement } from '../../../src/model/machine/measurement.ts';
import type { SchedulerSpecification } from '../../../src/model/machine/scheduler-specification.ts';
import { simulateMachine } from '../../../src/model/machine/simulate-machine.ts';
import type {
  DurationDistribution,
  ExitCostParameters,
  GuestSpecification,
  HypervisorSpecification,
  MachineSpecification,
  NetworkCosts,
  SwitchSpecification,
  WorkloadSpecification,
} from '../../../src/model/machine/specification.ts';

/** Short names for machines written by hand in tests; times in milliseconds unless a name says otherwise. */
export const MS = 1e6;
export const SECOND = 1e9;

export const learning: SwitchSpecification = {
  promiscuous: false,
  forgedTransmits: true,
  macChanges: true,
  macLearning: true,
};
export const promiscuous: SwitchSpecification = { ...learning, promiscuous: true, macLearning: false };

const noExits: ExitCostParameters = { switch: ns(0), classes: {} };
export const freeNetwork: NetworkCosts = {
  forward: ns(0),
  copy: ns(0),
  drop: ns(0),
  receive: ns(0),
  ring: 256,
  batch: 64,
};

/** 4 ms ticks and the 3 ms slice of 8 CPUs or more, as in the reference runs; before delayed dequeue. */
export const eevdf = (
  changes: { tick?: number; slice?: number; delayDequeue?: boolean; stealClock?: boolean } = {},
): SchedulerSpecification => ({
  policy: 'eevdf',
  slice: ns((changes.slice ?? 3) * MS),
  tick: ns((changes.tick ?? 4) * MS),
  delayDequeue: changes.delayDequeue ?? false,
  stealClock: changes.stealClock ?? true,
});

/** Of Linux 5.15, with the factor of 8 CPUs or more. */
export const cfs = (
  changes: { tick?: number; factor?: number; weightPer?: 'vcpu' | 'vm' } = {},
): SchedulerSpecification => {
  const factor = changes.factor ?? 4;
  return {
    policy: 'cfs',
    latency: ns(6 * factor * MS),
    minimumGranularity: ns(0.75 * factor * MS),
    wakeupGranularity: ns(factor * MS),
    tick: ns((changes.tick ?? 4) * MS),
    weightPer: changes.weightPer ?? 'vcpu',
  };
};

export const credit2 = (): SchedulerSpecification => ({ policy: 'credit2' });

export const esxi = (changes: { quantum?: number; coscheduled?: boolean } = {}): SchedulerSpecification => ({
  policy: 'esxi',
  quantum: ns((changes.quantum ?? 50) * MS),
  coscheduling:
    changes.coscheduled === false ? null : { costop: ns(3 * MS), costart: ns(2 * MS), poll: ns(MS) },
});

export const hyperv = (kind: 'classic' | 'core' = 'classic'): SchedulerSpecification => ({
  policy: 'hyperv',
  kind,
  quantum: ns(10 * MS),
});

export const constant = (milliseconds: number): DurationDistribution => ({
  kind: 'constant',
  mean: ns(milliseconds * MS),
});
export const exponential = (milliseconds: number): DurationDistribution => ({
  kind: 'exponential',
  mean: ns(milliseconds * MS),
});

export const workload = (
  arrivals: WorkloadSpecification['arrivals'],
  demand: DurationDistribution,
  changes: Partial<WorkloadSpecification> = {},
): WorkloadSpecification => ({
  name: 'test',
  arrivals,
  demand,
  exitsPerCpuSecond: {},
  exitsPerJob: {},
  exitsPerBusySecond: {},
  probe: false,
  ...changes,
});

export const vm = (
  entity: string,
  work: WorkloadSpecification,
  changes: Partial<GuestSpecification> = {},
): GuestSpecification => ({
  entity,
  role: entity,
  seat: 1,
  vcpus: 1,
  weight: 1024,
  scheduler: eevdf(),
  workload: work,
  ...changes,
});

/** A guest whose one task always runs. */
export const hog = (entity: string, changes: Partial<GuestSpecification> = {}): GuestSpecification =>
  vm(entity, workload({ kind: 'saturated', tasks: 1 }, constant(10)), changes);

export const nested = (
  entity: string,
  guests: readonly GuestSpecification[],
  changes: Partial<GuestSpecification> = {},
  hypervisor: Partial<HypervisorSpecification> = {},
): GuestSpecification => ({
  entity,
  role: entity,
  seat: 1,
  vcpus: 1,
  weight: 1024,
  scheduler: eevdf(),
  hypervisor: { scheduler: eevdf(), switch: learning, guests, ...hypervisor },
  ...changes,
});

export const machine = (
  guests: readonly GuestSpecification[],
  changes: Partial<MachineSpecification> = {},
  root: Partial<HypervisorSpecification> = {},
): MachineSpecification => ({
  physicalCpus: 1,
  threadsPerCore: 1,
  smtThroughput: 1.25,
  baseLevel: 0,
  exits: noExits,
  network: freeNetwork,
  root: { scheduler: eevdf(), switch: learning, guests, ...root },
  ...changes,
});

/** Runs one replication; a second of warm-up, then `seconds`. */
export const simulate = (specification: MachineSpecification, seconds = 20, seed = 1): MachineMeasurement =>
  simulateMachine(specification, {
    seed,
    replication: 0,
    warmUp: ns(SECOND),
    duration: ns(seconds * SECOND),
  });

/** Shares of the measured time of a guest's first vCPU. */
export const shares = (
  measurement: MachineMeasurement,
  entity: string,
): { running: number; ready: number; limited: number; halted: number; hiddenSteal: number } => {
  const guest = measurement.guests.find((candidate) => candidate.entity === entity)!;
  const [vcpu] = guest.vcpus;
  const whole = measurement.end - measurement.start;
  return {
    running: vcpu!.running / whole,
    ready: vcpu!.ready / whole,
    limited: vcpu!.limited / whole,
    halted: vcpu!.halted / whole,
    hiddenSteal: vcpu!.hiddenSteal / whole,
  };
};

/** The work a guest got done, as a share of one CPU. */
export const delivered = (measurement: MachineMeasurement, entity: string): number => {
  const guest = measurement.guests.find((candidate) => candidate.entity === entity)!;
  return guest.jobs!.delivered / (measurement.end - measurement.start);
};
