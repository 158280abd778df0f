import { LogHistogram } from '../../model/kernel/statistics/log-histogram.ts';
import { NS_PER_SECOND, ns } from '../../model/kernel/units.ts';
import type { SchedulerSpecification } from '../../model/machine/scheduler-specification.ts';
import { simulateMachine } from '../../model/machine/simulate-machine.ts';
import type {
  GuestSpecification,
  MachineSpecification,
  WorkloadSpecification,
} from '../../model/machine/specification.ts';
import type { SchedulerExperiment, ThreadKind } from './experiment.ts';
import { weightOfNice } from './nice-weight.ts';
import type { GroupObservation, ThreadCounters } from './observation.ts';
import { observe } from './observation.ts';

/** Of a response time histogram, so many evenly spaced quantiles stand for the observations. */
const QUANTILES = 1000;

/**
 * The experiment as a machine: every thread is a guest with one vCPU, scheduled by the kernel's own policy, and a control
 * group is a guest with a vCPU for each of its threads, as the threads of a VM are.
 */
export function machineOf(
  { cpus, groups }: SchedulerExperiment,
  scheduler: SchedulerSpecification,
): MachineSpecification {
  const guests = groups.flatMap(({ name, count, nice, does, groupWeight }, group) =>
    Array.from(
      { length: groupWeight === undefined ? count : 1 },
      (_, i): GuestSpecification => ({
        entity: `${group}/${name}/${i}`,
        role: `${group}`,
        seat: group * 1000 + i,
        vcpus: groupWeight === undefined ? 1 : count,
        weight: groupWeight ?? weightOfNice(nice),
        scheduler,
        workload: workloadOf(does, groupWeight === undefined ? 1 : count),
      }),
    ),
  );
  const isGrouped = groups.some(({ groupWeight }) => groupWeight !== undefined);
  return {
    physicalCpus: cpus,
    threadsPerCore: 1,
    smtThroughput: 1,
    baseLevel: 0,
    exits: { switch: ns(0), classes: {} },
    network: { forward: ns(0), copy: ns(0), drop: ns(0), receive: ns(0), ring: 256, batch: 64 },
    root: {
      scheduler: isGrouped && 'tick' in scheduler ? { ...scheduler, weightPer: 'vm' } : scheduler,
      switch: { promiscuous: false, forgedTransmits: true, macChanges: true, macLearning: true },
      guests,
    },
  };
}

/** What the exact engine says of one run of so many seconds. */
export function predict(
  experiment: SchedulerExperiment,
  scheduler: SchedulerSpecification,
  seconds: number,
  replication: number,
): GroupObservation[] {
  const duration = Math.round(seconds * NS_PER_SECOND);
  const measured = simulateMachine(machineOf(experiment, scheduler), {
    seed: 1,
    replication,
    warmUp: ns(NS_PER_SECOND),
    duration: ns(duration),
  });
  const responses = new Map(measured.responses.map((entry) => [entry.seat, entry]));
  const threads = measured.guests.flatMap(({ vcpus, seat, jobs }): ThreadCounters[] => {
    const histogram = LogHistogram.from(responses.get(seat)!.histogram);
    return vcpus.map(({ running, ready, waits, halted }) => ({
      run: running,
      wait: ready,
      turns: waits,
      responses: jobs !== null && halted > 0 ? evenQuantiles(histogram) : [],
    }));
  });
  return observe(experiment, threads, duration);
}

function evenQuantiles(histogram: LogHistogram): number[] {
  if (histogram.count === 0) return [];
  return Array.from({ length: QUANTILES }, (_, i) => histogram.quantile((i + 0.5) / QUANTILES));
}

function workloadOf(does: ThreadKind, threads: number): WorkloadSpecification {
  return {
    name: does.kind,
    arrivals:
      does.kind === 'hog'
        ? { kind: 'saturated', tasks: threads }
        : { kind: 'closed', users: threads, think: { kind: 'exponential', mean: ns(does.think) } },
    demand: { kind: 'constant', mean: ns(does.kind === 'hog' ? NS_PER_SECOND : does.run) },
    exitsPerCpuSecond: {},
    exitsPerJob: {},
    exitsPerBusySecond: {},
    probe: false,
  };
}
