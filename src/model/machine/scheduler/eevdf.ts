import { ORDINARY_WEIGHT } from '../topology.ts';
import { EntityLists } from './entity-lists.ts';
import type { GroupWeights } from './group-weights.ts';
import { ENQUEUE_MIGRATED, ENQUEUE_NEW, type SchedulingPolicy } from './policy.ts';
import { NONE, type SchedulerState } from './scheduler-state.ts';

/** Keeps (v - base) * weight sums far below 2^53, so that they stay exact. */
const REBASE_AFTER = 2 ** 30;

/**
 * Linux's EEVDF (6.12 kernel/sched/fair.c; features PLACE_LAG, PLACE_DEADLINE_INITIAL, PLACE_REL_DEADLINE,
 * RUN_TO_PARITY, DELAY_DEQUEUE and DELAY_ZERO on, NEXT_BUDDY off). Virtual times and weights are whole numbers and
 * sums are kept relative to a base, so nothing drifts. A run queue is a linked list scanned at a pick: with fewer
 * than a hundred runnable entities on a CPU that is faster than a tree.
 *
 * Sources: Stoica and Abdel-Wahab, Earliest Eligible Virtual Deadline First, 1995; pick_eevdf(), place_entity(),
 * update_deadline(), requeue_delayed_entity() in the file named above. Turns are looked at on ticks only
 * (HRTICK is off), which is why a 2.8 ms slice lasts 4 ms at 250 Hz.
 */
export class Eevdf implements SchedulingPolicy {
  private readonly scheduling: SchedulerState;

  private readonly virtualTime: Float64Array;
  private readonly deadline: Float64Array;
  private readonly lag: Float64Array;
  private readonly groups: GroupWeights;
  private readonly weight: Int32Array;
  /** The slice in the entity's virtual time, and the greatest lag it may keep. */
  private readonly virtualSlice: Float64Array;
  private readonly lagLimit: Float64Array;
  /** The same in real time. */
  private readonly slice: Float64Array;
  private readonly longestLag: Float64Array;
  /** RUN_TO_PARITY: the current entity keeps its CPU while it is eligible and its deadline has not moved. */
  private readonly protectedTurn: Uint8Array;
  private readonly lingering: Uint8Array;
  /** When the entity last left a CPU. */
  private readonly ranUntil: Float64Array;

  /** By CPU: the current entity, interrupted or not, and whether it is. */
  private readonly running: Int32Array;
  private readonly paused: Uint8Array;
  /** What is queued, the current entity not among it. */
  private readonly queues: EntityLists;
  /** By CPU: entities in its account, the current one and lingerers included, and their weights. */
  private readonly count: Int32Array;
  private readonly weightSum: Float64Array;
  private readonly weightedTimeSum: Float64Array;
  private readonly base: Float64Array;
  private readonly lingerers: Int32Array;
  private readonly runnableWeight: Float64Array;
  private readonly chargedUntil: Float64Array;
  private readonly tick: Float64Array;
  private readonly tickPhase: Float64Array;
  private readonly delayDequeue: Uint8Array;
  private readonly stealClock: Uint8Array;
  private readonly pickBuddy: Uint8Array;
  private readonly yieldForfeits: Uint8Array;
  private readonly buddy: Int32Array;

  /** @param tickPhase by CPU: when its first tick comes, 0 up to its layer's tick. */
  constructor(scheduling: SchedulerState, groups: GroupWeights, tickPhase: Float64Array) {
    const { cpus, entities, layers, layerOfEntity, weightOfEntity, physicalCpus } = scheduling.topology;
    this.scheduling = scheduling;
    this.virtualTime = new Float64Array(entities);
    this.deadline = new Float64Array(entities);
    this.lag = new Float64Array(entities);
    this.groups = groups;
    this.weight = weightOfEntity.slice();
    this.virtualSlice = new Float64Array(entities);
    this.lagLimit = new Float64Array(entities);
    this.slice = new Float64Array(entities);
    this.longestLag = new Float64Array(entities);
    this.protectedTurn = new Uint8Array(entities);
    this.lingering = new Uint8Array(entities);
    this.ranUntil = new Float64Array(entities).fill(Number.NEGATIVE_INFINITY);
    this.running = new Int32Array(cpus).fill(NONE);
    this.paused = new Uint8Array(cpus);
    this.queues = new EntityLists(cpus, entities);
    this.count = new Int32Array(cpus);
    this.weightSum = new Float64Array(cpus);
    this.weightedTimeSum = new Float64Array(cpus);
    this.base = new Float64Array(cpus);
    this.lingerers = new Int32Array(cpus);
    this.runnableWeight = new Float64Array(cpus);
    this.chargedUntil = new Float64Array(cpus);
    this.tick = new Float64Array(cpus);
    this.tickPhase = tickPhase;
    this.delayDequeue = new Uint8Array(cpus);
    this.stealClock = new Uint8Array(cpus);
    this.pickBuddy = new Uint8Array(cpus);
    this.yieldForfeits = new Uint8Array(cpus);
    this.buddy = new Int32Array(cpus).fill(NONE);
    for (const { firstCpu, cpuCount, scheduler } of layers) {
      if (scheduler.policy !== 'eevdf') continue;
      const last = firstCpu + cpuCount;
      this.tick.fill(scheduler.tick, firstCpu, last);
      this.pickBuddy.fill((scheduler.pickBuddy ?? true) ? 1 : 0, firstCpu, last);
      this.yieldForfeits.fill((scheduler.yieldForfeits ?? true) ? 1 : 0, firstCpu, last);
      this.delayDequeue.fill((scheduler.delayDequeue ?? true) ? 1 : 0, firstCpu, last);
      this.stealClock.fill(
        (scheduler.stealClock ?? true) && firstCpu >= physicalCpus ? 1 : 0,
        firstCpu,
        last,
      );
    }
    for (let entity = 0; entity < entities; entity++) {
      const { scheduler } = layers[layerOfEntity[entity]!]!;
      if (scheduler.policy !== 'eevdf') continue;
      const { slice, tick } = scheduler;
      this.slice[entity] = slice;
      this.longestLag[entity] = Math.max(2 * slice, tick);
      this.setWeight(entity, this.weight[entity]!);
    }
  }

  enqueue(entity: number, cpu: number, reason: number): void {
    this.charge(cpu);
    if (reason !== ENQUEUE_MIGRATED) this.groups.joined(entity);
    if (this.lingering[entity] === 1) {
      this.wakeLingerer(entity, cpu);
      return;
    }
    if (this.groups.isGrouped(entity)) this.setWeight(entity, this.groups.weightOf(entity));
    const relativeDeadline = this.deadline[entity]! - this.virtualTime[entity]!;
    this.place(entity, cpu, this.lag[entity]!);
    const start = this.virtualTime[entity]!;
    const slice = this.virtualSlice[entity]!;
    if (reason === ENQUEUE_MIGRATED) this.deadline[entity] = start + relativeDeadline;
    else this.deadline[entity] = start + (reason === ENQUEUE_NEW ? Math.ceil(slice / 2) : slice);
    this.join(entity, cpu);
    this.queues.append(entity, cpu);
    this.count[cpu]! += 1;
    this.runnableWeight[cpu]! += this.weight[entity]!;
  }

  block(entity: number, cpu: number): void {
    this.running[cpu] = NONE;
    this.ranUntil[entity] = this.scheduling.now;
    this.runnableWeight[cpu]! -= this.weight[entity]!;
    this.groups.left(entity);
    if (this.delayDequeue[cpu] === 1 && !this.isEligible(entity, cpu)) {
      this.lingering[entity] = 1;
      this.lingerers[cpu]! += 1;
      this.queues.append(entity, cpu);
      return;
    }
    this.lag[entity] = this.lagOf(entity, cpu);
    this.leave(entity, cpu);
    this.count[cpu]! -= 1;
  }

  wakesAtHome(entity: number): boolean {
    return this.lingering[entity] === 1;
  }

  remove(entity: number, cpu: number): void {
    this.charge(cpu);
    this.lag[entity] = this.lagOf(entity, cpu);
    this.queues.remove(entity, cpu);
    this.leave(entity, cpu);
    this.count[cpu]! -= 1;
    this.runnableWeight[cpu]! -= this.weight[entity]!;
    if (this.buddy[cpu] === entity) this.buddy[cpu] = NONE;
  }

  withdraw(entity: number, cpu: number): void {
    this.remove(entity, cpu);
    this.groups.left(entity);
  }

  pick(cpu: number): number {
    const buddy = this.buddy[cpu]!;
    if (buddy !== NONE) {
      this.buddy[cpu] = NONE;
      if (this.pickBuddy[cpu] === 1 && this.isEligible(buddy, cpu)) return buddy;
    }
    for (;;) {
      const best = this.best(cpu);
      if (best === NONE || this.lingering[best] === 0) return best;
      this.letGo(best, cpu);
    }
  }

  start(entity: number, cpu: number): void {
    this.queues.remove(entity, cpu);
    this.protectedTurn[entity] = 1;
    this.running[cpu] = entity;
    this.chargedUntil[cpu] = this.clock(cpu);
  }

  putBack(entity: number, cpu: number): void {
    this.running[cpu] = NONE;
    this.ranUntil[entity] = this.scheduling.now;
    if (this.groups.isGrouped(entity)) this.reweigh(entity, cpu);
    this.queues.append(entity, cpu);
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

  charge(cpu: number): void {
    const current = this.running[cpu]!;
    if (current === NONE || this.paused[cpu] === 1) return;
    const clock = this.clock(cpu);
    const ran = clock - this.chargedUntil[cpu]!;
    if (ran <= 0) return;
    this.chargedUntil[cpu] = clock;
    const weight = this.weight[current]!;
    const virtual = weight === ORDINARY_WEIGHT ? ran : Math.round((ran * ORDINARY_WEIGHT) / weight);
    const time = this.virtualTime[current]! + virtual;
    this.virtualTime[current] = time;
    this.weightedTimeSum[cpu]! += virtual * weight;
    if (time - this.base[cpu]! > REBASE_AFTER) this.rebase(cpu);
    if (time < this.deadline[current]!) return;
    this.protectedTurn[current] = 0;
    if (this.count[cpu] === 1) {
      this.deadline[current] = this.lastRenewal(current, cpu) + this.virtualSlice[current]!;
      return;
    }
    this.deadline[current] = time + this.virtualSlice[current]!;
    this.scheduling.reschedule[cpu] = 1;
  }

  preempts(entity: number, cpu: number): boolean {
    return this.best(cpu) === entity;
  }

  turnEnds(cpu: number): number {
    const current = this.running[cpu]!;
    if (current === NONE || this.count[cpu]! < 2) return Number.POSITIVE_INFINITY;
    const left =
      ((this.deadline[current]! - this.virtualTime[current]!) * this.weight[current]!) / ORDINARY_WEIGHT;
    const { now } = this.scheduling;
    const uncharged = this.clock(cpu) - this.chargedUntil[cpu]!;
    const end = this.tickAtOrAfter(now + left - uncharged, cpu);
    return end > now ? end : this.tickAtOrAfter(now + 1, cpu);
  }

  runnable(cpu: number): number {
    return this.count[cpu]! - this.lingerers[cpu]!;
  }

  load(cpu: number): number {
    return this.runnableWeight[cpu]!;
  }

  /** Of those the one that has waited longest in the queue. */
  migrationCandidate(cpu: number, ranBefore: number, to: number): number {
    const { first, next } = this.queues;
    let entity = first[cpu]!;
    while (
      entity !== NONE &&
      (this.lingering[entity] === 1 ||
        this.ranUntil[entity]! >= ranBefore ||
        !this.scheduling.mayRun(entity, to))
    ) {
      entity = next[entity]!;
    }
    return entity;
  }

  favour(entity: number, cpu: number): void {
    this.buddy[cpu] = entity;
  }

  /** yield_task_fair(): its deadline is a slice later; from 6.18 on, only if eligible, and as if it had used up its slice. */
  yield(entity: number, cpu: number): void {
    if (this.yieldForfeits[cpu] === 0) this.deadline[entity]! += this.virtualSlice[entity]!;
    else if (this.isEligible(entity, cpu)) {
      const given = this.deadline[entity]! - this.virtualTime[entity]!;
      this.virtualTime[entity] = this.deadline[entity]!;
      this.weightedTimeSum[cpu]! += given * this.weight[entity]!;
      this.deadline[entity]! += this.virtualSlice[entity]!;
    }
    this.protectedTurn[entity] = 0;
    this.scheduling.reschedule[cpu] = 1;
  }

  /** pick_eevdf(): the current entity while protected, else the eligible one with the earliest deadline. */
  private best(cpu: number): number {
    const current = this.running[cpu]!;
    const { virtualTime, deadline } = this;
    const { first, next } = this.queues;
    const base = this.base[cpu]!;
    const weightSum = this.weightSum[cpu]!;
    const weightedTimeSum = this.weightedTimeSum[cpu]!;
    const currentEligible = current !== NONE && (virtualTime[current]! - base) * weightSum <= weightedTimeSum;
    if (currentEligible && this.protectedTurn[current] === 1) return current;
    let best = NONE;
    let earliest = Number.POSITIVE_INFINITY;
    for (let entity = first[cpu]!; entity !== NONE; entity = next[entity]!) {
      if (deadline[entity]! < earliest && (virtualTime[entity]! - base) * weightSum <= weightedTimeSum) {
        best = entity;
        earliest = deadline[entity]!;
      }
    }
    if (currentEligible && deadline[current]! < earliest) return current;
    return best;
  }

  private setWeight(entity: number, weight: number): void {
    const scale = ORDINARY_WEIGHT / weight;
    this.weight[entity] = weight;
    this.virtualSlice[entity] = Math.max(1, Math.round(this.slice[entity]! * scale));
    this.lagLimit[entity] = Math.round(this.longestLag[entity]! * scale);
  }

  /** reweight_entity(): lag and what is left to the deadline are real time, and so change in virtual time. */
  private reweigh(entity: number, cpu: number): void {
    const weight = this.groups.weightOf(entity);
    const before = this.weight[entity]!;
    if (weight === before) return;
    const scale = before / weight;
    const lag = this.lagOf(entity, cpu) * scale;
    const left = (this.deadline[entity]! - this.virtualTime[entity]!) * scale;
    this.leave(entity, cpu);
    this.runnableWeight[cpu]! += weight - before;
    this.setWeight(entity, weight);
    this.place(entity, cpu, Math.round(lag));
    this.deadline[entity] = this.virtualTime[entity]! + Math.round(left);
    this.join(entity, cpu);
  }

  private clock(cpu: number): number {
    const { now } = this.scheduling;
    if (this.stealClock[cpu] === 0) return now;
    return now - this.scheduling.stolenFrom(this.scheduling.vcpuOf(cpu));
  }

  private isEligible(entity: number, cpu: number): boolean {
    return (this.virtualTime[entity]! - this.base[cpu]!) * this.weightSum[cpu]! <= this.weightedTimeSum[cpu]!;
  }

  /** Average virtual time less the entity's own, within its limit. */
  private lagOf(entity: number, cpu: number): number {
    const average = this.base[cpu]! + this.weightedTimeSum[cpu]! / this.weightSum[cpu]!;
    const limit = this.lagLimit[entity]!;
    return Math.max(-limit, Math.min(limit, Math.round(average - this.virtualTime[entity]!)));
  }

  /** place_entity(): inflates the lag so that the entity still has it once its own weight moved the average. */
  private place(entity: number, cpu: number, lag: number): void {
    const others = this.weightSum[cpu]!;
    if (others === 0) {
      this.virtualTime[entity] = this.base[cpu]!;
      return;
    }
    const average = this.base[cpu]! + this.weightedTimeSum[cpu]! / others;
    this.virtualTime[entity] = Math.round(average - (lag * (others + this.weight[entity]!)) / others);
  }

  /** requeue_delayed_entity() with DELAY_ZERO: what was owed stays owed, what was gained by lingering does not. */
  private wakeLingerer(entity: number, cpu: number): void {
    this.lingering[entity] = 0;
    this.lingerers[cpu]! -= 1;
    this.runnableWeight[cpu]! += this.weight[entity]!;
    if (this.lagOf(entity, cpu) <= 0) return;
    this.leave(entity, cpu);
    this.place(entity, cpu, 0);
    this.deadline[entity] = this.virtualTime[entity]! + this.virtualSlice[entity]!;
    this.join(entity, cpu);
  }

  private letGo(entity: number, cpu: number): void {
    this.lingering[entity] = 0;
    this.lingerers[cpu]! -= 1;
    this.lag[entity] = Math.min(0, this.lagOf(entity, cpu));
    this.queues.remove(entity, cpu);
    this.leave(entity, cpu);
    this.count[cpu]! -= 1;
  }

  private join(entity: number, cpu: number): void {
    const weight = this.weight[entity]!;
    this.weightSum[cpu]! += weight;
    this.weightedTimeSum[cpu]! += (this.virtualTime[entity]! - this.base[cpu]!) * weight;
  }

  private leave(entity: number, cpu: number): void {
    const weight = this.weight[entity]!;
    this.weightSum[cpu]! -= weight;
    if (this.weightSum[cpu] === 0) {
      this.base[cpu] = this.virtualTime[entity]!;
      this.weightedTimeSum[cpu] = 0;
    } else {
      this.weightedTimeSum[cpu]! -= (this.virtualTime[entity]! - this.base[cpu]!) * weight;
    }
  }

  private rebase(cpu: number): void {
    const shift = Math.floor(this.weightedTimeSum[cpu]! / this.weightSum[cpu]!);
    this.base[cpu]! += shift;
    this.weightedTimeSum[cpu]! -= shift * this.weightSum[cpu]!;
  }

  /** Virtual time at the last tick that gave a lone entity a new slice: each does once the old one is used up. */
  private lastRenewal(entity: number, cpu: number): number {
    const { now } = this.scheduling;
    const time = this.virtualTime[entity]!;
    const perVirtual = this.weight[entity]! / ORDINARY_WEIGHT;
    const used = now - (time - this.deadline[entity]!) * perVirtual;
    const first = this.tickAtOrAfter(used, cpu);
    if (first > now) return time;
    const tick = this.tick[cpu]!;
    const period = Math.ceil(this.slice[entity]! / tick) * tick;
    const last = first + Math.floor((now - first) / period) * period;
    return Math.round(time - (now - last) / perVirtual);
  }

  private tickAtOrAfter(time: number, cpu: number): number {
    const tick = this.tick[cpu]!;
    const phase = this.tickPhase[cpu]!;
    return phase + Math.ceil((time - phase) / tick) * tick;
  }
}
