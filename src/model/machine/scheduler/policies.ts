import { schedulesCores } from '../core-scheduling.ts';
import { MachineError } from '../machine-error.ts';
import type { SchedulingPolicyName } from '../scheduler-specification.ts';
import type { Topology } from '../topology.ts';
import { Cfs } from './cfs.ts';
import { CoreShares } from './core-shares.ts';
import { Credit2 } from './credit2.ts';
import { Eevdf } from './eevdf.ts';
import { GroupWeights } from './group-weights.ts';
import type { SchedulingPolicy } from './policy.ts';
import { ProportionalShares } from './proportional-shares.ts';
import { RunQueues } from './run-queues.ts';
import type { SchedulerState } from './scheduler-state.ts';
import { SoftInterrupts } from './soft-interrupts.ts';
import { Ticks } from './ticks.ts';

/**
 * By CPU, the policy of its layer. Layers with the same policy share one instance, and only those there are exist, so
 * that a machine of one policy has one at every call.
 *
 * @param tickPhase by CPU: when its first tick comes
 */
export function policyOfCpu(
  scheduling: SchedulerState,
  tickPhase: Float64Array,
  hasInterrupts: boolean,
): readonly SchedulingPolicy[] {
  const { topology } = scheduling;
  const groups = new GroupWeights(topology);
  const made = new Map<SchedulingPolicyName, SchedulingPolicy>();
  const policyOf = (name: SchedulingPolicyName): SchedulingPolicy => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const own = make(name, scheduling, groups, tickPhase);
    const policy = hasInterrupts ? new SoftInterrupts(scheduling, own) : own;
    made.set(name, policy);
    return policy;
  };
  const cores = schedulesCores(topology) ? coreScheduler(scheduling, hasInterrupts) : null;
  const policies: SchedulingPolicy[] = [];
  for (let cpu = 0; cpu < topology.cpus; cpu++) {
    const own = cpu < topology.physicalCpus ? cores : null;
    policies.push(own ?? policyOf(layerOf(topology, cpu).scheduler.policy));
  }
  return policies;
}

function coreScheduler(scheduling: SchedulerState, hasInterrupts: boolean): SchedulingPolicy {
  const cores = new CoreShares(scheduling);
  return hasInterrupts ? new SoftInterrupts(scheduling, cores) : cores;
}

function make(
  name: SchedulingPolicyName,
  scheduling: SchedulerState,
  groups: GroupWeights,
  tickPhase: Float64Array,
): SchedulingPolicy {
  switch (name) {
    case 'eevdf':
      return new Eevdf(scheduling, groups, tickPhase);
    case 'cfs':
      return new Cfs(scheduling, groups, new Ticks(scheduling.topology, tickPhase));
    case 'credit2':
      return new Credit2(scheduling, new RunQueues(scheduling.topology));
    case 'esxi':
    case 'hyperv':
      return new ProportionalShares(scheduling, name);
    case 'fair':
      throw new MachineError(
        'ideal sharing (fair) is not simulated slice by slice; use the fluid engine, or another policy',
      );
  }
}

const layerOf = (topology: Topology, cpu: number) => topology.layers[topology.layerOfCpu[cpu]!]!;
