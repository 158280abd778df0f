import { schedulesCores } from '../core-scheduling.ts';
import { vmsOf } from './core-shares.ts';
import { CpuSets } from './cpu-set.ts';
import type { SchedulingPolicy } from './policy.ts';
import { NONE as NO_ENTITY, type SchedulerState } from './scheduler-state.ts';

// In constants of this module, which the engine puts into its code as numbers (kernel/event-queue.ts).
const NONE = NO_ENTITY;

/** Linux's imbalance_pct of a domain above the SMT one, as a ratio (6.12 kernel/sched/topology.c). */
const IMBALANCE = 1.17;
/** sysctl_sched_migration_cost: a task is cache-hot for so long after it ran. */
const MIGRATION_COST = 5e5;

/**
 * Which CPU of its layer a waking entity goes to, and which entities move afterwards. After Linux 6.12's
 * select_idle_sibling(), sched_balance_newidle() and sched_balance_rq(), with one domain a layer. Simpler than the kernel in
 * two ways: the search for an idle CPU is not cut short (SIS_UTIL), and an idle core is preferred to an idle previous
 * CPU with a busy sibling, which the kernel reaches a little later by moving what runs (as `isCrowded` is for).
 */
export class Placement {
  readonly idle: CpuSets;
  /** Physical cores both of whose threads are idle; always 0 without SMT. */
  private idleCores = 0;
  private idleThreads: number;
  /** CPUs with an entity waiting behind the current one. */
  readonly overloaded: CpuSets;
  private readonly scheduling: SchedulerState;
  private readonly policyOfCpu: readonly SchedulingPolicy[];
  private readonly coresInLayer0: boolean;
  /** By entity, where only one VM may be on a core: its VM. */
  private readonly vmOf: Int32Array | null;

  constructor(scheduling: SchedulerState, policyOfCpu: readonly SchedulingPolicy[]) {
    const { layers, layerOfCpu, cpus, specification } = scheduling.topology;
    this.scheduling = scheduling;
    this.policyOfCpu = policyOfCpu;
    this.coresInLayer0 = specification.threadsPerCore === 2;
    this.vmOf = schedulesCores(scheduling.topology) ? vmsOf(scheduling.topology) : null;
    this.idle = new CpuSets(layers, layerOfCpu);
    this.overloaded = new CpuSets(layers, layerOfCpu);
    this.idleThreads = 0;
    for (let cpu = 0; cpu < cpus; cpu++) this.setIdle(cpu);
    this.spreadEntities();
  }

  setIdle(cpu: number): void {
    if (this.idle.has(cpu)) return;
    this.idle.add(cpu);
    if (!this.hasSibling(cpu)) return;
    this.idleThreads++;
    if (this.idle.has(cpu ^ 1)) this.idleCores++;
  }

  /** An idle CPU has something to do. */
  setBusy(cpu: number): void {
    if (!this.idle.has(cpu)) return;
    this.idle.delete(cpu);
    if (!this.hasSibling(cpu)) return;
    this.idleThreads--;
    if (this.idle.has(cpu ^ 1)) this.idleCores--;
  }

  /** Whether a core is idle while both threads of another are busy. */
  isCrowded(): boolean {
    if (this.idleCores === 0) return false;
    const cores = this.scheduling.topology.physicalCpus / 2;
    return cores - this.idleThreads + this.idleCores > 0;
  }

  /** The second thread of the first core from a CPU on whose threads are both busy; there must be one. */
  crowdedThreadFrom(cpu: number): number {
    const { physicalCpus } = this.scheduling.topology;
    let thread = cpu | 1;
    while (this.idle.has(thread) || this.idle.has(thread ^ 1)) thread = (thread + 2) % physicalCpus;
    return thread;
  }

  /** The previous CPU if idle, else an idle one (an idle core first), else the previous one. */
  choose(entity: number): number {
    if (this.scheduling.isPinned(entity)) return this.choosePinned(entity);
    const previous = this.scheduling.cpuOf[entity]!;
    const previousIdle = this.idle.has(previous);
    if (this.hasSibling(previous)) {
      if (previousIdle && this.idle.has(previous ^ 1)) return previous;
      const core = this.idle.nextCoreFrom(previous);
      if (core !== NONE) return core;
    }
    if (this.vmOf !== null && this.hasSibling(previous))
      return this.besideItsOwn(entity, previous, this.vmOf);
    if (previousIdle) return previous;
    const idle = this.idle.nextFrom(previous);
    return idle === NONE ? previous : idle;
  }

  /** An idle thread beside one that runs the same VM, else the previous CPU. */
  private besideItsOwn(entity: number, previous: number, vmOf: Int32Array): number {
    const first = this.idle.nextFrom(previous);
    if (first === NONE) return previous;
    let cpu = first;
    do {
      const beside = this.scheduling.current[cpu ^ 1]!;
      if (beside === NONE || vmOf[beside] === vmOf[entity]) return cpu;
      cpu = this.idle.nextFrom(cpu + 1 < this.scheduling.topology.physicalCpus ? cpu + 1 : 0);
    } while (cpu !== first);
    return previous;
  }

  /** The same among the CPUs it may run on; the least loaded of them when none is idle. */
  private choosePinned(entity: number): number {
    const { layers, layerOfEntity } = this.scheduling.topology;
    const { firstCpu, cpuCount } = layers[layerOfEntity[entity]!]!;
    const policy = this.policyOfCpu[firstCpu]!;
    let best = this.scheduling.cpuOf[entity]!;
    if (this.idle.has(best)) return best;
    for (let cpu = firstCpu; cpu < firstCpu + cpuCount; cpu++) {
      if (!this.scheduling.mayRun(entity, cpu)) continue;
      if (this.idle.has(cpu)) return cpu;
      if (policy.load(cpu) < policy.load(best)) best = cpu;
    }
    return best;
  }

  /** To be told whenever a CPU's queue changed. */
  noteQueue(cpu: number): void {
    if (this.policyOfCpu[cpu]!.runnable(cpu) >= 2) this.overloaded.add(cpu);
    else this.overloaded.delete(cpu);
  }

  /** The CPU with the greatest load among those of a CPU's layer that have an entity to give away, or NONE. */
  busiest(cpu: number): number {
    const first = this.overloaded.nextFrom(cpu);
    if (first === NONE) return NONE;
    const policy = this.policyOfCpu[cpu]!;
    let best = first;
    for (let other = this.following(first); other !== first; other = this.following(other)) {
      if (policy.load(other) > policy.load(best)) best = other;
    }
    return best;
  }

  /** What last ran on a CPU before this time has nothing left in its caches that another CPU would miss. */
  coldSince(from: number, to: number): number {
    const sharesCaches = this.hasSibling(from) && from === (to ^ 1);
    return sharesCaches ? Number.POSITIVE_INFINITY : this.scheduling.now - MIGRATION_COST;
  }

  /** The CPU with the smallest load in a layer. */
  idlest(firstCpu: number, cpuCount: number): number {
    const policy = this.policyOfCpu[firstCpu]!;
    let best = firstCpu;
    for (let cpu = firstCpu + 1; cpu < firstCpu + cpuCount; cpu++) {
      if (policy.load(cpu) < policy.load(best)) best = cpu;
    }
    return best;
  }

  /** The same among the CPUs an entity may run on. */
  idlestFor(entity: number, firstCpu: number, cpuCount: number): number {
    const policy = this.policyOfCpu[firstCpu]!;
    let best = this.scheduling.cpuOf[entity]!;
    for (let cpu = firstCpu; cpu < firstCpu + cpuCount; cpu++) {
      if (this.scheduling.mayRun(entity, cpu) && policy.load(cpu) < policy.load(best)) best = cpu;
    }
    return best;
  }

  /**
   * Whether an entity of this weight should go from one CPU to the other. `failures` counts the passes that found an
   * imbalance too small to be mended by a move; as in detach_tasks() each halves the weight it is held against, so
   * that three entities on two CPUs take turns at being alone.
   */
  shouldMove(from: number, to: number, weight: number, failures: number): boolean {
    const policy = this.policyOfCpu[from]!;
    const imbalance = (policy.load(from) - policy.load(to)) / 2;
    return weight / 2 ** failures <= imbalance;
  }

  isImbalanced(from: number, to: number): boolean {
    const policy = this.policyOfCpu[from]!;
    return policy.load(from) > policy.load(to) * IMBALANCE;
  }

  private hasSibling(cpu: number): boolean {
    return this.coresInLayer0 && cpu < this.scheduling.topology.physicalCpus;
  }

  private following(cpu: number): number {
    const { layers, layerOfCpu } = this.scheduling.topology;
    const { firstCpu, cpuCount } = layers[layerOfCpu[cpu]!]!;
    return this.overloaded.nextFrom(cpu + 1 < firstCpu + cpuCount ? cpu + 1 : firstCpu);
  }

  /** Entities start out spread over their layer's CPUs, one a core before two. */
  private spreadEntities(): void {
    const { entities, layerOfEntity, layers } = this.scheduling.topology;
    const placed = new Int32Array(layers.length);
    for (let entity = 0; entity < entities; entity++) {
      const { index, firstCpu, cpuCount } = layers[layerOfEntity[entity]!]!;
      const turn = placed[index]!++ % cpuCount;
      const cores = cpuCount >> 1;
      const bySiblings = this.coresInLayer0 && index === 0;
      const offset = bySiblings ? (turn % cores) * 2 + (turn >= cores ? 1 : 0) : turn;
      let cpu = firstCpu + offset;
      for (let step = 0; step < cpuCount && !this.scheduling.mayRun(entity, cpu); step++) {
        cpu = cpu + 1 < firstCpu + cpuCount ? cpu + 1 : firstCpu;
      }
      this.scheduling.cpuOf[entity] = cpu;
    }
  }
}
