import type { Topology } from '../topology.ts';

/** Linux's MIN_SHARES: a group's part on one CPU is never less. */
const LEAST = 2;

/**
 * Weights of Linux control groups, one a VM: the weight is the VM's and is divided among its vCPUs that have
 * something to do (calc_group_shares(), kernel/sched/fair.c, with the number of runnable vCPUs in place of the decayed
 * averages of their load). Of no effect in layers whose weights belong to vCPUs. Parts are brought up to date when a
 * vCPU joins a queue or leaves a CPU, as the kernel does it on ticks.
 */
export class GroupWeights {
  /** By entity: its VM, or -1 when its weight is its own. */
  private readonly groupOf: Int32Array;
  private readonly weightOfEntity: Int32Array;
  private readonly runnable: Int32Array;

  constructor({ entities, guests, layers, weightOfEntity }: Topology) {
    this.groupOf = new Int32Array(entities).fill(-1);
    this.weightOfEntity = weightOfEntity;
    this.runnable = new Int32Array(guests.length);
    for (const { index, parentLayer, firstVcpu, specification } of guests) {
      const { scheduler } = layers[parentLayer]!;
      if (!('weightPer' in scheduler) || scheduler.weightPer !== 'vm') continue;
      this.groupOf.fill(index, firstVcpu, firstVcpu + specification.vcpus);
    }
  }

  /** An entity has something to do. */
  joined(entity: number): void {
    const group = this.groupOf[entity]!;
    if (group >= 0) this.runnable[group]! += 1;
  }

  left(entity: number): void {
    const group = this.groupOf[entity]!;
    if (group >= 0) this.runnable[group]! -= 1;
  }

  weightOf(entity: number): number {
    const own = this.weightOfEntity[entity]!;
    const group = this.groupOf[entity]!;
    if (group < 0) return own;
    return Math.max(LEAST, Math.round(own / Math.max(1, this.runnable[group]!)));
  }

  isGrouped(entity: number): boolean {
    return this.groupOf[entity]! >= 0;
  }
}
