import type { RandomStream } from '../kernel/random-stream.ts';
import { NS_PER_SECOND } from '../kernel/units.ts';
import type { EventExitCosts } from '../machine/event-exit-costs.ts';
import { outgoingCut } from '../machine/network/message-cut.ts';
import type { DurationDistribution, WorkloadSpecification } from '../machine/specification.ts';
import type { Guest, TaskGroup, Topology } from '../machine/topology.ts';
import { DurationSampler } from './duration-sampler.ts';
import { type ExitTax, exitTax } from './exit-tax.ts';
import { JobBacklog } from './job-backlog.ts';

/** A guest with work: where its jobs come from, what one of them takes, and who is free to serve it. */
export interface JobSource {
  readonly guest: Guest;
  readonly workload: WorkloadSpecification;
  /** Its tasks are firstTask .. firstTask + taskCount - 1. */
  readonly firstTask: number;
  readonly taskCount: number;
  readonly tax: ExitTax;
  /** Its tasks exclude or wait for each other. */
  readonly synchronised: boolean;
  readonly receives: boolean;
  readonly sends: boolean;
  readonly demand: DurationSampler;
  /** Null unless closed. */
  readonly think: DurationSampler | null;
  /** Mean time between arrivals; Infinity unless open. */
  readonly interarrival: number;
  readonly arrivalStream: RandomStream;
  readonly demandStream: RandomStream;
  /** Free tasks of an open guest, the one to take next last. */
  readonly idleTasks: number[];
  readonly backlog: JobBacklog;
}

export function jobSource(
  topology: Topology,
  group: TaskGroup,
  exitCosts: EventExitCosts,
  stream: (name: string) => RandomStream,
  taxOf: (guest: Guest) => ExitTax = sharedTaxes(topology, exitCosts),
  samplerOf: (distribution: DurationDistribution) => DurationSampler = sharedSamplers(),
): JobSource {
  const guest = group.guest!;
  const { entity } = guest.specification;
  const workload = guest.specification.workload!;
  const { arrivals, network } = workload;
  const firstTask = group.first - topology.vcpus;
  const isOpen = arrivals.kind === 'open';
  return {
    guest,
    workload,
    firstTask,
    taskCount: group.count,
    tax: taxOf(guest),
    synchronised: workload.locks !== undefined || workload.barriers !== undefined,
    receives: (network?.receive ?? 0) > 0,
    sends: (network?.send ?? 0) > 0,
    demand: samplerOf(workload.demand),
    think: arrivals.kind === 'closed' ? samplerOf(arrivals.think) : null,
    interarrival: isOpen ? NS_PER_SECOND / arrivals.perSecond : Number.POSITIVE_INFINITY,
    arrivalStream: stream(`${entity}/arrivals`),
    demandStream: stream(`${entity}/demand`),
    idleTasks: isOpen ? Array.from({ length: group.count }, (_, i) => firstTask + group.count - 1 - i) : [],
    backlog: new JobBacklog(),
  };
}

/**
 * What exits add to the jobs of a guest. Guests of one workload at one level have one between them: the many seats of a
 * lab then keep a few in the caches, instead of fetching one for each job.
 */
export function sharedTaxes(topology: Topology, exitCosts: EventExitCosts): (guest: Guest) => ExitTax {
  const known = new Map<WorkloadSpecification, ExitTax[]>();
  return (guest) => {
    const workload = guest.specification.workload!;
    const byLevel = known.get(workload) ?? [];
    known.set(workload, byLevel);
    byLevel[guest.level] ??= taxWithKicks(topology, guest, workload, exitCosts);
    return byLevel[guest.level]!;
  };
}

/** Samplers have no state of their own: one for each distribution, for the same reason. */
export function sharedSamplers(): (distribution: DurationDistribution) => DurationSampler {
  const known = new Map<DurationDistribution, DurationSampler>();
  return (distribution) => {
    const sampler = known.get(distribution) ?? new DurationSampler(distribution);
    known.set(distribution, sampler);
    return sampler;
  };
}

/** Besides its own exits a job pays for telling its device, once a batch, that there are frames to send. */
function taxWithKicks(
  topology: Topology,
  guest: Guest,
  workload: WorkloadSpecification,
  exitCosts: EventExitCosts,
): ExitTax {
  const tax = exitTax(topology, guest, workload);
  const kick = exitCosts.kick(guest.level);
  if (kick === null || workload.network === undefined) return tax;
  const kicks = Math.ceil(outgoingCut(guest, topology).pieces / topology.specification.network.batch);
  return { ...tax, perJob: tax.perJob.map((time, k) => time + kicks * kick[k]!) };
}
