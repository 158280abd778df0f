import { EntityLists } from './entity-lists.ts';
import type { SchedulingPolicy } from './policy.ts';
import { NONE, type SchedulerState } from './scheduler-state.ts';

/**
 * What policies have in common whose run queues are plain lists: who runs, since when, who is interrupted, who waits and
 * may move. EEVDF has its fields side by side instead (eevdf.ts).
 */
export abstract class ListedPolicy implements SchedulingPolicy {
  protected readonly scheduling: SchedulerState;
  /** By entity: when it last left a CPU. */
  protected readonly ranUntil: Float64Array;
  /** By CPU: the current entity, interrupted or not. */
  protected readonly running: Int32Array;
  protected readonly paused: Uint8Array;
  protected readonly queues: EntityLists;
  /** By CPU: the current entity and the queued ones. */
  protected readonly count: Int32Array;
  protected readonly chargedUntil: Float64Array;
  /** By CPU: when its turn may be over. */
  protected readonly turnDue: Float64Array;
  /** By CPU: who is to be preferred. */
  protected readonly buddy: Int32Array;

  constructor(scheduling: SchedulerState) {
    const { cpus, entities } = scheduling.topology;
    this.scheduling = scheduling;
    this.ranUntil = new Float64Array(entities).fill(Number.NEGATIVE_INFINITY);
    this.running = new Int32Array(cpus).fill(NONE);
    this.paused = new Uint8Array(cpus);
    this.queues = new EntityLists(cpus, entities);
    this.count = new Int32Array(cpus);
    this.chargedUntil = new Float64Array(cpus);
    this.turnDue = new Float64Array(cpus).fill(Number.POSITIVE_INFINITY);
    this.buddy = new Int32Array(cpus).fill(NONE);
  }

  abstract enqueue(entity: number, cpu: number, reason: number): void;
  abstract block(entity: number, cpu: number): void;
  abstract remove(entity: number, cpu: number): void;
  abstract pick(cpu: number): number;
  abstract start(entity: number, cpu: number): void;
  abstract putBack(entity: number, cpu: number): void;
  abstract charge(cpu: number): void;
  abstract preempts(entity: number, cpu: number): boolean;
  abstract turnEnds(cpu: number): number;
  abstract load(cpu: number): number;
  abstract yield(entity: number, cpu: number): void;

  wakesAtHome(): boolean {
    return false;
  }

  withdraw(entity: number, cpu: number): void {
    this.remove(entity, cpu);
  }

  pause(cpu: number): void {
    this.charge(cpu);
    this.paused[cpu] = 1;
  }

  resume(cpu: number): void {
    this.paused[cpu] = 0;
    this.chargedUntil[cpu] = this.clock(cpu);
  }

  /** Nobody has anything over others here. */
  demote(): boolean {
    return false;
  }

  movable(): boolean {
    return true;
  }

  runnable(cpu: number): number {
    return this.count[cpu]!;
  }

  /** Of those the one that has waited longest in the queue. */
  migrationCandidate(cpu: number, ranBefore: number, to: number): number {
    const { first, next } = this.queues;
    let entity = first[cpu]!;
    while (entity !== NONE && (this.ranUntil[entity]! >= ranBefore || !this.scheduling.mayRun(entity, to))) {
      entity = next[entity]!;
    }
    return entity;
  }

  favour(entity: number, cpu: number): void {
    this.buddy[cpu] = entity;
  }

  /** What a CPU charges by: all time, unless a policy leaves some out. */
  protected clock(_cpu: number): number {
    return this.scheduling.now;
  }
}
