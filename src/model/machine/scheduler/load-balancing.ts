import type { BalancePasses } from './balance-passes.ts';
import type { Placement } from './placement.ts';
import type { SchedulingPolicy } from './policy.ts';
import { NONE as NO_ENTITY, type SchedulerState } from './scheduler-state.ts';

// In constants of this module, which the engine puts into its code as numbers (kernel/event-queue.ts).
const NONE = NO_ENTITY;

/** Linux moves at most this many in one balancing pass (sched_nr_migrate). */
const MOVES_PER_PASS = 32;

/** What balancing needs done with entities: the dispatcher. */
export interface Mover {
  migrate(entity: number, from: number, to: number): void;
  /** An entity has joined a CPU's queue, because code on the CPU `waker` put it there. */
  joined(entity: number, cpu: number, waker: number): void;
  /** The current entity of an executing CPU is only ready from now on. */
  leaveCpu(entity: number, cpu: number): void;
  settle(): void;
}

/** Which entities move between CPUs of a layer, and when: on passes, and when a CPU is about to go idle. */
export class LoadBalancing {
  private readonly scheduling: SchedulerState;
  private readonly policyOfCpu: readonly SchedulingPolicy[];
  private readonly placement: Placement;
  private readonly balancePasses: BalancePasses;
  private readonly mover: Mover;
  /** By layer: balancing passes in a row that found an imbalance too small to be mended by a move. */
  private readonly balanceFailures: Int32Array;

  constructor(
    scheduling: SchedulerState,
    policyOfCpu: readonly SchedulingPolicy[],
    placement: Placement,
    balancePasses: BalancePasses,
    mover: Mover,
  ) {
    this.scheduling = scheduling;
    this.policyOfCpu = policyOfCpu;
    this.placement = placement;
    this.balancePasses = balancePasses;
    this.mover = mover;
    this.balanceFailures = new Int32Array(scheduling.topology.layers.length);
  }

  /** Event: move waiting entities from busy CPUs of a layer to less busy ones. */
  balanceLayer(index: number): void {
    this.balancePasses.fired(index);
    const { firstCpu, cpuCount } = this.scheduling.topology.layers[index]!;
    if (this.placement.overloaded.isEmpty(index)) return;
    const executing = this.executingCpu(firstCpu, cpuCount);
    if (executing === NONE) {
      this.balancePasses.retry(index);
      return;
    }
    for (let moves = 0; moves < MOVES_PER_PASS; moves++) {
      const from = this.placement.busiest(firstCpu);
      if (from === NONE) break;
      let to = this.placement.idlest(firstCpu, cpuCount);
      if (!this.placement.isImbalanced(from, to)) break;
      let entity = this.policyOfCpu[from]!.migrationCandidate(from, Number.POSITIVE_INFINITY, to);
      if (entity === NONE) {
        // Nothing there may run on that one: perhaps on another.
        entity = this.policyOfCpu[from]!.migrationCandidate(from, Number.POSITIVE_INFINITY, from);
        if (entity === NONE || !this.scheduling.isPinned(entity)) break;
        to = this.placement.idlestFor(entity, firstCpu, cpuCount);
        if (!this.placement.isImbalanced(from, to)) break;
      }
      const weight = this.scheduling.topology.weightOfEntity[entity]!;
      if (!this.placement.shouldMove(from, to, weight, this.balanceFailures[index]!)) {
        this.balanceFailures[index]! += 1;
        break;
      }
      this.balanceFailures[index] = 0;
      this.mover.migrate(entity, from, to);
      this.mover.joined(entity, to, executing);
    }
    if (!this.placement.overloaded.isEmpty(index)) this.balancePasses.planNext(index);
  }

  /** Event: move running entities from threads of shared cores to idle cores (active balancing). */
  spreadOverCores(): void {
    this.balancePasses.spreadFired();
    let thread = 0;
    for (let moves = 0; moves < MOVES_PER_PASS && this.placement.isCrowded(); moves++) {
      thread = this.placement.crowdedThreadFrom(thread);
      const entity = this.scheduling.current[thread]!;
      if (entity === NONE || !this.policyOfCpu[thread]!.movable(entity, thread)) break;
      const to = this.placement.idle.nextCoreFrom(thread);
      if (!this.scheduling.mayRun(entity, to)) break;
      this.mover.leaveCpu(entity, thread);
      this.policyOfCpu[thread]!.putBack(entity, thread);
      this.mover.migrate(entity, thread, to);
      this.mover.joined(entity, to, NONE);
      this.mover.settle();
    }
    this.balancePasses.noteIdle();
  }

  /** A CPU about to go idle takes a waiting entity from the busiest one of its layer, if its caches are cold there. */
  pullTo(cpu: number): boolean {
    const from = this.placement.busiest(cpu);
    if (from === NONE) return false;
    const entity = this.policyOfCpu[from]!.migrationCandidate(from, this.placement.coldSince(from, cpu), cpu);
    if (entity === NONE) return false;
    this.mover.migrate(entity, from, cpu);
    return true;
  }

  private executingCpu(firstCpu: number, cpuCount: number): number {
    for (let cpu = firstCpu; cpu < firstCpu + cpuCount; cpu++) {
      if (this.scheduling.physicalOf(cpu) !== NONE) return cpu;
    }
    return NONE;
  }
}
