import type { Topology } from '../topology.ts';
import { EntityLists } from './entity-lists.ts';
import { ENQUEUE_NEW, type SchedulingPolicy } from './policy.ts';
import { NONE, type SchedulerState } from './scheduler-state.ts';

/** How long soft interrupts may keep a CPU before they become an ordinary task (MAX_SOFTIRQ_TIME, kernel/softirq.c). */
const LONGEST = 2e6;

/**
 * Work that a kernel does in interrupt context comes before every task of its CPU, in order of arrival: draining
 * what a network card brings, on the CPU that the card's interrupt is bound to. What it interrupts keeps its turn and goes on afterwards, and the time is not charged
 * to it. Interrupt work that does not end becomes an ordinary task (Linux's ksoftirqd) until it has caught up, so
 * that a flood of frames takes a share of the CPU and not all of it.
 *
 * A policy around a policy: the inner one schedules everything else and never learns of interrupts but by `pause`.
 */
export class SoftInterrupts implements SchedulingPolicy {
  private readonly scheduling: SchedulerState;
  private readonly inner: SchedulingPolicy;
  /** By entity: 1 in interrupt context. */
  private readonly isInterrupt: Uint8Array;
  private readonly belongsToInterrupts: Uint8Array;
  private readonly pending: EntityLists;
  /** By CPU: the entity whose turn is interrupted, and since when interrupts have it. */
  private readonly interrupted: Int32Array;
  private readonly since: Float64Array;

  constructor(scheduling: SchedulerState, inner: SchedulingPolicy) {
    const { cpus, entities } = scheduling.topology;
    this.scheduling = scheduling;
    this.inner = inner;
    this.belongsToInterrupts = interruptWork(scheduling.topology);
    this.isInterrupt = this.belongsToInterrupts.slice();
    this.pending = new EntityLists(cpus, entities);
    this.interrupted = new Int32Array(cpus).fill(NONE);
    this.since = new Float64Array(cpus);
  }

  enqueue(entity: number, cpu: number, reason: number): void {
    if (this.belongsToInterrupts[entity] === 1 && !this.inner.wakesAtHome(entity)) {
      this.isInterrupt[entity] = 1;
      this.pending.append(entity, cpu);
    } else this.inner.enqueue(entity, cpu, reason);
  }

  /** Whether the current entity of a CPU has been in interrupt context for too long; if so it is a queued task now. */
  demote(entity: number, cpu: number): boolean {
    if (this.isInterrupt[entity] === 0 || this.scheduling.now - this.since[cpu]! < LONGEST) return false;
    this.isInterrupt[entity] = 0;
    this.inner.enqueue(entity, cpu, ENQUEUE_NEW);
    return true;
  }

  movable(entity: number, cpu: number): boolean {
    return this.belongsToInterrupts[entity] === 0 && this.pending.first[cpu] === NONE;
  }

  block(entity: number, cpu: number): void {
    if (this.isInterrupt[entity] === 0) this.inner.block(entity, cpu);
  }

  wakesAtHome(entity: number): boolean {
    return this.belongsToInterrupts[entity] === 1 || this.inner.wakesAtHome(entity);
  }

  remove(entity: number, cpu: number): void {
    this.giveUpTurn(entity, cpu);
    this.inner.remove(entity, cpu);
  }

  withdraw(entity: number, cpu: number): void {
    this.giveUpTurn(entity, cpu);
    this.inner.withdraw(entity, cpu);
  }

  pick(cpu: number): number {
    const current = this.scheduling.current[cpu]!;
    if (current !== NONE && this.isInterrupt[current] === 1) return current;
    const first = this.pending.first[cpu]!;
    if (first !== NONE) return first;
    const next = this.inner.pick(cpu);
    const interrupted = this.interrupted[cpu]!;
    if (next === NONE && interrupted !== NONE) this.giveUpTurn(interrupted, cpu);
    return next;
  }

  start(entity: number, cpu: number): void {
    if (this.isInterrupt[entity] === 1) {
      this.pending.remove(entity, cpu);
      this.since[cpu] = this.scheduling.now;
      return;
    }
    const interrupted = this.interrupted[cpu]!;
    if (interrupted !== NONE) {
      this.interrupted[cpu] = NONE;
      this.inner.resume(cpu);
      if (interrupted === entity) return;
      this.inner.putBack(interrupted, cpu);
    }
    this.inner.start(entity, cpu);
  }

  putBack(entity: number, cpu: number): void {
    if (this.pending.first[cpu] === NONE) this.inner.putBack(entity, cpu);
    else {
      this.interrupted[cpu] = entity;
      this.inner.pause(cpu);
    }
  }

  /** Who was interrupted is queued like the others from now on. */
  private giveUpTurn(entity: number, cpu: number): void {
    if (this.interrupted[cpu] !== entity) return;
    this.interrupted[cpu] = NONE;
    this.inner.resume(cpu);
    this.inner.putBack(entity, cpu);
  }

  charge(cpu: number): void {
    this.inner.charge(cpu);
  }

  pause(cpu: number): void {
    this.inner.pause(cpu);
  }

  resume(cpu: number): void {
    this.inner.resume(cpu);
  }

  preempts(entity: number, cpu: number): boolean {
    const current = this.scheduling.current[cpu]!;
    if (this.isInterrupt[current] === 1) return false;
    return this.isInterrupt[entity] === 1 || this.inner.preempts(entity, cpu);
  }

  turnEnds(cpu: number): number {
    const current = this.scheduling.current[cpu]!;
    if (current !== NONE && this.isInterrupt[current] === 1) return Number.POSITIVE_INFINITY;
    return this.inner.turnEnds(cpu);
  }

  runnable(cpu: number): number {
    return this.inner.runnable(cpu);
  }

  load(cpu: number): number {
    return this.inner.load(cpu);
  }

  favour(entity: number, cpu: number): void {
    this.inner.favour(entity, cpu);
  }

  yield(entity: number, cpu: number): void {
    this.inner.yield(entity, cpu);
  }

  migrationCandidate(cpu: number, ranBefore: number, to: number): number {
    const entity = this.inner.migrationCandidate(cpu, ranBefore, to);
    return entity !== NONE && this.belongsToInterrupts[entity] === 1 ? NONE : entity;
  }
}

/** By entity: who drains a ring does it in interrupt context; who takes what a guest sends is a thread. */
function interruptWork(topology: Topology): Uint8Array {
  const flags = new Uint8Array(topology.entities);
  for (const { kind, first, count } of topology.tasks) {
    if (kind === 'uplink-worker' || kind === 'receiver') flags.fill(1, first, first + count);
  }
  return flags;
}
