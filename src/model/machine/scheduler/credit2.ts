import { EntityLists } from './entity-lists.ts';
import type { SchedulingPolicy } from './policy.ts';
import { NONE, type SchedulerState } from './scheduler-state.ts';

const MS = 1e6;
/** CSCHED2_CARRYOVER_MAX: what a unit may keep over a reset on top of the new credit. */
const CARRY_OVER = 0.5 * MS;
/** Xen does not bother a CPU whose unit is this close to its rate limit (CSCHED2_RATELIMIT_TICKLE_TOLERANCE). */
const TOLERANCE = 0.05 * MS;

/**
 * Xen's Credit2 (xen/common/sched/credit2.c): a unit burns credit as it runs, the heaviest one nanosecond a nanosecond;
 * the one with the most credit runs, until the next has as much; when nobody has any left everyone gets the same again.
 *
 * A run queue is a CPU's, not a socket's, and Linux's placement and balancing move units between them (placement.ts).
 * Resets are counted and applied to a unit when it is next looked at, so that sleepers cost nothing.
 */
export class Credit2 implements SchedulingPolicy {
  private readonly scheduling: SchedulerState;
  private readonly credit: Float64Array;
  private readonly weight: Int32Array;
  /** By entity: the CPU whose resets count for it, and how many of them its credit has in it. */
  private readonly creditOf: Int32Array;
  private readonly resetsSeen: Float64Array;
  private readonly ranUntil: Float64Array;
  private readonly running: Int32Array;
  private readonly paused: Uint8Array;
  private readonly queues: EntityLists;
  private readonly count: Int32Array;
  private readonly weightSum: Float64Array;
  private readonly resets: Float64Array;
  private readonly chargedUntil: Float64Array;
  private readonly startedAt: Float64Array;
  private readonly turnDue: Float64Array;
  private readonly buddy: Int32Array;
  private readonly yielded: Uint8Array;
  private readonly heaviest: Float64Array;
  private readonly creditInit: Float64Array;
  private readonly shortest: Float64Array;
  private readonly longest: Float64Array;
  private readonly rateLimit: Float64Array;

  constructor(scheduling: SchedulerState) {
    const { cpus, entities, layers, layerOfEntity, weightOfEntity } = scheduling.topology;
    this.scheduling = scheduling;
    this.credit = new Float64Array(entities);
    this.weight = weightOfEntity;
    this.creditOf = new Int32Array(entities).fill(NONE);
    this.resetsSeen = new Float64Array(entities);
    this.ranUntil = new Float64Array(entities).fill(Number.NEGATIVE_INFINITY);
    this.running = new Int32Array(cpus).fill(NONE);
    this.paused = new Uint8Array(cpus);
    this.queues = new EntityLists(cpus, entities);
    this.count = new Int32Array(cpus);
    this.weightSum = new Float64Array(cpus);
    this.resets = new Float64Array(cpus);
    this.chargedUntil = new Float64Array(cpus);
    this.startedAt = new Float64Array(cpus);
    this.turnDue = new Float64Array(cpus).fill(Number.POSITIVE_INFINITY);
    this.buddy = new Int32Array(cpus).fill(NONE);
    this.yielded = new Uint8Array(cpus);
    this.heaviest = new Float64Array(cpus).fill(1);
    this.creditInit = new Float64Array(cpus);
    this.shortest = new Float64Array(cpus);
    this.longest = new Float64Array(cpus);
    this.rateLimit = new Float64Array(cpus);
    const heaviest = new Float64Array(layers.length).fill(1);
    for (let entity = 0; entity < entities; entity++) {
      const layer = layerOfEntity[entity]!;
      heaviest[layer] = Math.max(heaviest[layer]!, weightOfEntity[entity]!);
    }
    for (const { index, firstCpu, cpuCount, scheduler } of layers) {
      if (scheduler.policy !== 'credit2') continue;
      const last = firstCpu + cpuCount;
      this.heaviest.fill(heaviest[index]!, firstCpu, last);
      this.creditInit.fill(scheduler.creditInit ?? 10 * MS, firstCpu, last);
      this.shortest.fill(scheduler.minimumRun ?? 0.5 * MS, firstCpu, last);
      this.longest.fill(scheduler.maximumRun ?? 10 * MS, firstCpu, last);
      this.rateLimit.fill(scheduler.rateLimit ?? MS, firstCpu, last);
      const credit = scheduler.creditInit ?? 10 * MS;
      for (let entity = 0; entity < entities; entity++) {
        if (layerOfEntity[entity] === index) this.credit[entity] = credit;
      }
    }
  }

  enqueue(entity: number, cpu: number): void {
    this.charge(cpu);
    const before = this.creditOf[entity]!;
    if (before !== NONE) this.catchUp(entity, before);
    if (before !== cpu) {
      this.creditOf[entity] = cpu;
      this.resetsSeen[entity] = this.resets[cpu]!;
    }
    this.queues.append(entity, cpu);
    this.count[cpu]! += 1;
    this.weightSum[cpu]! += this.weight[entity]!;
  }

  block(entity: number, cpu: number): void {
    this.running[cpu] = NONE;
    this.ranUntil[entity] = this.scheduling.now;
    this.leave(entity, cpu);
  }

  wakesAtHome(): boolean {
    return false;
  }

  remove(entity: number, cpu: number): void {
    this.charge(cpu);
    this.queues.remove(entity, cpu);
    this.leave(entity, cpu);
  }

  withdraw(entity: number, cpu: number): void {
    this.remove(entity, cpu);
  }

  pick(cpu: number): number {
    const current = this.running[cpu]!;
    const buddy = this.buddy[cpu]!;
    const mayGoOn = current !== NONE && this.yielded[cpu] === 0;
    this.buddy[cpu] = NONE;
    this.yielded[cpu] = 0;
    if (buddy !== NONE) return buddy;
    if (mayGoOn && this.scheduling.now - this.startedAt[cpu]! < this.rateLimit[cpu]!) return current;
    const queued = this.richest(cpu);
    let best = queued;
    if (mayGoOn && (queued === NONE || this.credit[queued]! < this.credit[current]!)) best = current;
    else if (queued === NONE) best = current;
    if (best === NONE) return NONE;
    if (this.credit[best]! <= 0) this.reset(cpu, 1);
    if (best === current) this.startedAt[cpu] = this.scheduling.now;
    return best;
  }

  start(entity: number, cpu: number): void {
    this.queues.remove(entity, cpu);
    this.running[cpu] = entity;
    this.startedAt[cpu] = this.scheduling.now;
    this.chargedUntil[cpu] = this.scheduling.now;
    this.turnDue[cpu] = Number.POSITIVE_INFINITY;
  }

  putBack(entity: number, cpu: number): void {
    this.running[cpu] = NONE;
    this.ranUntil[entity] = this.scheduling.now;
    this.queues.append(entity, cpu);
  }

  pause(cpu: number): void {
    this.charge(cpu);
    this.paused[cpu] = 1;
  }

  resume(cpu: number): void {
    this.paused[cpu] = 0;
    this.chargedUntil[cpu] = this.scheduling.now;
  }

  demote(): boolean {
    return false;
  }

  movable(): boolean {
    return true;
  }

  charge(cpu: number): void {
    const current = this.running[cpu]!;
    if (current === NONE || this.paused[cpu] === 1) return;
    const { now } = this.scheduling;
    const ran = now - this.chargedUntil[cpu]!;
    if (ran > 0) {
      this.chargedUntil[cpu] = now;
      this.credit[current]! -= Math.round((ran * this.heaviest[cpu]!) / this.weight[current]!);
      const init = this.creditInit[cpu]!;
      if (this.count[cpu] === 1 && this.credit[current]! <= 0) {
        this.reset(cpu, Math.floor(-this.credit[current]! / init) + 1);
      } else if (this.credit[current]! < -init) this.credit[current] = -init;
    }
    if (now < this.turnDue[cpu]!) return;
    this.turnDue[cpu] = Number.POSITIVE_INFINITY;
    if (this.count[cpu]! > 1) this.scheduling.reschedule[cpu] = 1;
  }

  preempts(entity: number, cpu: number): boolean {
    const current = this.running[cpu]!;
    if (current === NONE) return false;
    const ran = this.scheduling.now - this.startedAt[cpu]!;
    if (ran < this.rateLimit[cpu]! - TOLERANCE) return false;
    return this.credit[entity]! > this.credit[current]!;
  }

  /** csched2_runtime(). */
  turnEnds(cpu: number): number {
    const current = this.running[cpu]!;
    if (current === NONE || this.count[cpu]! < 2) return Number.POSITIVE_INFINITY;
    const { now } = this.scheduling;
    const waiter = this.richest(cpu);
    const ahead = this.credit[current]! - Math.max(0, this.credit[waiter]!);
    const uncharged = now - this.chargedUntil[cpu]!;
    const left = Math.max(0, Math.round((ahead * this.weight[current]!) / this.heaviest[cpu]!) - uncharged);
    const start = this.startedAt[cpu]!;
    const earliest = start + Math.max(this.shortest[cpu]!, this.rateLimit[cpu]!);
    const end = Math.max(now + 1, Math.min(Math.max(now + left, earliest), start + this.longest[cpu]!));
    this.turnDue[cpu] = end;
    return end;
  }

  runnable(cpu: number): number {
    return this.count[cpu]!;
  }

  load(cpu: number): number {
    return this.weightSum[cpu]!;
  }

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

  yield(_entity: number, cpu: number): void {
    this.yielded[cpu] = 1;
    this.scheduling.reschedule[cpu] = 1;
  }

  /** The queued unit with the most credit, the first among equals. */
  private richest(cpu: number): number {
    const { first, next } = this.queues;
    let best = NONE;
    let most = Number.NEGATIVE_INFINITY;
    for (let entity = first[cpu]!; entity !== NONE; entity = next[entity]!) {
      this.catchUp(entity, cpu);
      if (this.credit[entity]! > most) {
        best = entity;
        most = this.credit[entity]!;
      }
    }
    return best;
  }

  private reset(cpu: number, times: number): void {
    this.resets[cpu]! += times;
    const current = this.running[cpu]!;
    if (current !== NONE) this.catchUp(current, cpu);
  }

  private catchUp(entity: number, cpu: number): void {
    const missed = this.resets[cpu]! - this.resetsSeen[entity]!;
    if (missed === 0) return;
    this.resetsSeen[entity] = this.resets[cpu]!;
    const init = this.creditInit[cpu]!;
    const floor = this.credit[entity]! <= -init ? init : 0;
    this.credit[entity] = Math.min(init + CARRY_OVER, this.credit[entity]! + missed * init + floor);
  }

  private leave(entity: number, cpu: number): void {
    this.count[cpu]! -= 1;
    this.weightSum[cpu]! -= this.weight[entity]!;
    if (this.buddy[cpu] === entity) this.buddy[cpu] = NONE;
  }
}
