import { ORDINARY_WEIGHT as WEIGHT_OF_MOST } from '../topology.ts';
import { EntityLists } from './entity-lists.ts';
import type { GroupWeights } from './group-weights.ts';
import { ENQUEUE_MIGRATED, ENQUEUE_NEW, type SchedulingPolicy } from './policy.ts';
import { NONE as NO_ENTITY, type SchedulerState } from './scheduler-state.ts';

// In constants of this module, which the engine puts into its code as numbers (kernel/event-queue.ts).
const NONE = NO_ENTITY;
const ORDINARY_WEIGHT = WEIGHT_OF_MOST;

/** Keeps (v - base) * weight sums far below 2^53, so that they stay exact. */
const REBASE_AFTER = 2 ** 30;

/** Fields of an entity, eight of them. */
const VIRTUAL_TIME = 0;
const DEADLINE = 1;
const WEIGHT = 2;
/** What it keeps while it is in no queue. */
const LAG = 3;
/** The slice in the entity's virtual time, and the greatest lag it may keep. */
const VIRTUAL_SLICE = 4;
const LAG_LIMIT = 5;
/** When it last left a CPU. */
const RAN_UNTIL = 6;
/** 1 while it blocks and is queued all the same, because it owes time. */
const LINGERING = 7;

/** Fields of a CPU, at most sixteen; the first eight are those that charging needs. Of entities in its account, the current one and lingerers included: */
const COUNT = 0;
const WEIGHT_SUM = 1;
const WEIGHTED_TIME_SUM = 2;
const BASE = 3;
const CHARGED_UNTIL = 4;
/** RUN_TO_PARITY: the current entity keeps its CPU while it is eligible and its deadline has not moved. */
const PROTECTED = 5;
const STEAL_CLOCK = 6;
/** The current entity is interrupted. */
const PAUSED = 7;
const LINGERERS = 8;
const RUNNABLE_WEIGHT = 9;
const TICK = 10;
const TICK_PHASE = 11;
const DELAY_DEQUEUE = 12;

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

  /** By entity and field, side by side in a cache line, because who is looked at is looked at in full. */
  private readonly ofEntity: Float64Array;
  private readonly groups: GroupWeights;
  /** By entity, in real time: its slice, and the greatest lag it may keep. */
  private readonly slice: Float64Array;
  private readonly longestLag: Float64Array;

  /** By CPU: the current entity, interrupted or not. */
  private readonly running: Int32Array;
  /** What is queued, the current entity not among it. */
  private readonly queues: EntityLists;
  /** By CPU and field. */
  private readonly ofCpu: Float64Array;
  private readonly pickBuddy: Uint8Array;
  private readonly yieldForfeits: Uint8Array;
  private readonly buddy: Int32Array;

  /** @param tickPhase by CPU: when its first tick comes, 0 up to its layer's tick. */
  constructor(scheduling: SchedulerState, groups: GroupWeights, tickPhase: Float64Array) {
    const { cpus, entities, layers, layerOfEntity, weightOfEntity, physicalCpus } = scheduling.topology;
    this.scheduling = scheduling;
    this.ofEntity = new Float64Array(entities << 3);
    this.groups = groups;
    this.slice = new Float64Array(entities);
    this.longestLag = new Float64Array(entities);
    this.running = new Int32Array(cpus).fill(NONE);
    this.queues = new EntityLists(cpus, entities);
    this.ofCpu = new Float64Array(cpus << 4);
    this.pickBuddy = new Uint8Array(cpus);
    this.yieldForfeits = new Uint8Array(cpus);
    this.buddy = new Int32Array(cpus).fill(NONE);
    for (const { firstCpu, cpuCount, scheduler } of layers) {
      if (scheduler.policy !== 'eevdf') continue;
      const last = firstCpu + cpuCount;
      this.pickBuddy.fill((scheduler.pickBuddy ?? true) ? 1 : 0, firstCpu, last);
      this.yieldForfeits.fill((scheduler.yieldForfeits ?? true) ? 1 : 0, firstCpu, last);
      const stealClock = (scheduler.stealClock ?? true) && firstCpu >= physicalCpus;
      for (let cpu = firstCpu; cpu < last; cpu++) {
        this.ofCpu[(cpu << 4) | TICK] = scheduler.tick;
        this.ofCpu[(cpu << 4) | TICK_PHASE] = tickPhase[cpu]!;
        this.ofCpu[(cpu << 4) | DELAY_DEQUEUE] = (scheduler.delayDequeue ?? true) ? 1 : 0;
        this.ofCpu[(cpu << 4) | STEAL_CLOCK] = stealClock ? 1 : 0;
      }
    }
    for (let entity = 0; entity < entities; entity++) {
      this.ofEntity[(entity << 3) | RAN_UNTIL] = Number.NEGATIVE_INFINITY;
      this.ofEntity[(entity << 3) | WEIGHT] = weightOfEntity[entity]!;
      const { scheduler } = layers[layerOfEntity[entity]!]!;
      if (scheduler.policy !== 'eevdf') continue;
      const { slice, tick } = scheduler;
      this.slice[entity] = slice;
      this.longestLag[entity] = Math.max(2 * slice, tick);
      this.setWeight(entity, weightOfEntity[entity]!);
    }
  }

  enqueue(entity: number, cpu: number, reason: number): void {
    const { ofEntity, ofCpu } = this;
    const e = entity << 3;
    const c = cpu << 4;
    this.charge(cpu);
    if (reason !== ENQUEUE_MIGRATED) this.groups.joined(entity);
    if (ofEntity[e | LINGERING] === 1) {
      this.wakeLingerer(entity, cpu);
      return;
    }
    if (this.groups.isGrouped(entity)) this.setWeight(entity, this.groups.weightOf(entity));
    const relativeDeadline = ofEntity[e | DEADLINE]! - ofEntity[e | VIRTUAL_TIME]!;
    this.place(entity, cpu, ofEntity[e | LAG]!);
    const start = ofEntity[e | VIRTUAL_TIME]!;
    const slice = ofEntity[e | VIRTUAL_SLICE]!;
    if (reason === ENQUEUE_MIGRATED) ofEntity[e | DEADLINE] = start + relativeDeadline;
    else ofEntity[e | DEADLINE] = start + (reason === ENQUEUE_NEW ? Math.ceil(slice / 2) : slice);
    this.join(entity, cpu);
    this.queues.append(entity, cpu);
    ofCpu[c | COUNT]! += 1;
    ofCpu[c | RUNNABLE_WEIGHT]! += ofEntity[e | WEIGHT]!;
  }

  block(entity: number, cpu: number): void {
    const { ofEntity, ofCpu } = this;
    const e = entity << 3;
    const c = cpu << 4;
    this.running[cpu] = NONE;
    ofEntity[e | RAN_UNTIL] = this.scheduling.now;
    ofCpu[c | RUNNABLE_WEIGHT]! -= ofEntity[e | WEIGHT]!;
    this.groups.left(entity);
    if (ofCpu[c | DELAY_DEQUEUE] === 1 && !this.isEligible(entity, cpu)) {
      ofEntity[e | LINGERING] = 1;
      ofCpu[c | LINGERERS]! += 1;
      this.queues.append(entity, cpu);
      return;
    }
    ofEntity[e | LAG] = this.lagOf(entity, cpu);
    this.leave(entity, cpu);
    ofCpu[c | COUNT]! -= 1;
  }

  wakesAtHome(entity: number): boolean {
    const { ofEntity } = this;
    return ofEntity[(entity << 3) | LINGERING] === 1;
  }

  remove(entity: number, cpu: number): void {
    const { ofEntity, ofCpu } = this;
    const e = entity << 3;
    const c = cpu << 4;
    this.charge(cpu);
    ofEntity[e | LAG] = this.lagOf(entity, cpu);
    this.queues.remove(entity, cpu);
    this.leave(entity, cpu);
    ofCpu[c | COUNT]! -= 1;
    ofCpu[c | RUNNABLE_WEIGHT]! -= ofEntity[e | WEIGHT]!;
    if (this.buddy[cpu] === entity) this.buddy[cpu] = NONE;
  }

  withdraw(entity: number, cpu: number): void {
    this.remove(entity, cpu);
    this.groups.left(entity);
  }

  pick(cpu: number): number {
    const { ofEntity } = this;
    const buddy = this.buddy[cpu]!;
    if (buddy !== NONE) {
      this.buddy[cpu] = NONE;
      if (this.pickBuddy[cpu] === 1 && this.isEligible(buddy, cpu)) return buddy;
    }
    for (;;) {
      const best = this.best(cpu);
      if (best === NONE || ofEntity[(best << 3) | LINGERING] === 0) return best;
      this.letGo(best, cpu);
    }
  }

  start(entity: number, cpu: number): void {
    const { ofCpu } = this;
    const c = cpu << 4;
    this.queues.remove(entity, cpu);
    ofCpu[c | PROTECTED] = 1;
    this.running[cpu] = entity;
    ofCpu[c | CHARGED_UNTIL] = this.clock(cpu);
  }

  putBack(entity: number, cpu: number): void {
    const { ofEntity } = this;
    this.running[cpu] = NONE;
    ofEntity[(entity << 3) | RAN_UNTIL] = this.scheduling.now;
    if (this.groups.isGrouped(entity)) this.reweigh(entity, cpu);
    this.queues.append(entity, cpu);
  }

  pause(cpu: number): void {
    const { ofCpu } = this;
    this.charge(cpu);
    ofCpu[(cpu << 4) | PAUSED] = 1;
  }

  resume(cpu: number): void {
    const { ofCpu } = this;
    const c = cpu << 4;
    ofCpu[c | PAUSED] = 0;
    ofCpu[c | CHARGED_UNTIL] = this.clock(cpu);
  }

  /** Nobody has anything over others here. */
  demote(): boolean {
    return false;
  }

  movable(): boolean {
    return true;
  }

  charge(cpu: number): void {
    const { ofEntity, ofCpu } = this;
    const c = cpu << 4;
    const current = this.running[cpu]!;
    if (current === NONE || ofCpu[c | PAUSED] === 1) return;
    const clock = this.clock(cpu);
    const ran = clock - ofCpu[c | CHARGED_UNTIL]!;
    if (ran <= 0) return;
    ofCpu[c | CHARGED_UNTIL] = clock;
    const weight = ofEntity[(current << 3) | WEIGHT]!;
    const virtual = weight === ORDINARY_WEIGHT ? ran : Math.round((ran * ORDINARY_WEIGHT) / weight);
    const time = ofEntity[(current << 3) | VIRTUAL_TIME]! + virtual;
    ofEntity[(current << 3) | VIRTUAL_TIME] = time;
    ofCpu[c | WEIGHTED_TIME_SUM]! += virtual * weight;
    if (time - ofCpu[c | BASE]! > REBASE_AFTER) this.rebase(cpu);
    if (time < ofEntity[(current << 3) | DEADLINE]!) return;
    ofCpu[c | PROTECTED] = 0;
    if (ofCpu[c | COUNT] === 1) {
      ofEntity[(current << 3) | DEADLINE] =
        this.lastRenewal(current, cpu) + ofEntity[(current << 3) | VIRTUAL_SLICE]!;
      return;
    }
    ofEntity[(current << 3) | DEADLINE] = time + ofEntity[(current << 3) | VIRTUAL_SLICE]!;
    this.scheduling.reschedule[cpu] = 1;
  }

  preempts(entity: number, cpu: number): boolean {
    return this.best(cpu) === entity;
  }

  turnEnds(cpu: number): number {
    const { ofEntity, ofCpu } = this;
    const c = cpu << 4;
    const current = this.running[cpu]!;
    if (current === NONE || ofCpu[c | COUNT]! < 2) return Number.POSITIVE_INFINITY;
    const left =
      ((ofEntity[(current << 3) | DEADLINE]! - ofEntity[(current << 3) | VIRTUAL_TIME]!) *
        ofEntity[(current << 3) | WEIGHT]!) /
      ORDINARY_WEIGHT;
    const { now } = this.scheduling;
    const uncharged = this.clock(cpu) - ofCpu[c | CHARGED_UNTIL]!;
    const end = this.tickAtOrAfter(now + left - uncharged, cpu);
    return end > now ? end : this.tickAtOrAfter(now + 1, cpu);
  }

  runnable(cpu: number): number {
    const { ofCpu } = this;
    const c = cpu << 4;
    return ofCpu[c | COUNT]! - ofCpu[c | LINGERERS]!;
  }

  load(cpu: number): number {
    const { ofCpu } = this;
    return ofCpu[(cpu << 4) | RUNNABLE_WEIGHT]!;
  }

  /** Of those the one that has waited longest in the queue. */
  migrationCandidate(cpu: number, ranBefore: number, to: number): number {
    const { ofEntity } = this;
    const { first, next } = this.queues;
    let entity = first[cpu]!;
    while (
      entity !== NONE &&
      (ofEntity[(entity << 3) | LINGERING] === 1 ||
        ofEntity[(entity << 3) | RAN_UNTIL]! >= ranBefore ||
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
    const { ofEntity, ofCpu } = this;
    const e = entity << 3;
    const c = cpu << 4;
    if (this.yieldForfeits[cpu] === 0) ofEntity[e | DEADLINE]! += ofEntity[e | VIRTUAL_SLICE]!;
    else if (this.isEligible(entity, cpu)) {
      const given = ofEntity[e | DEADLINE]! - ofEntity[e | VIRTUAL_TIME]!;
      ofEntity[e | VIRTUAL_TIME] = ofEntity[e | DEADLINE]!;
      ofCpu[c | WEIGHTED_TIME_SUM]! += given * ofEntity[e | WEIGHT]!;
      ofEntity[e | DEADLINE]! += ofEntity[e | VIRTUAL_SLICE]!;
    }
    ofCpu[c | PROTECTED] = 0;
    this.scheduling.reschedule[cpu] = 1;
  }

  /** pick_eevdf(): the current entity while protected, else the eligible one with the earliest deadline. */
  private best(cpu: number): number {
    const { ofEntity, ofCpu } = this;
    const c = cpu << 4;
    const current = this.running[cpu]!;
    const { first, next } = this.queues;
    const base = ofCpu[c | BASE]!;
    const weightSum = ofCpu[c | WEIGHT_SUM]!;
    const weightedTimeSum = ofCpu[c | WEIGHTED_TIME_SUM]!;
    const currentEligible =
      current !== NONE && (ofEntity[(current << 3) | VIRTUAL_TIME]! - base) * weightSum <= weightedTimeSum;
    if (currentEligible && ofCpu[c | PROTECTED] === 1) return current;
    let best = NONE;
    let earliest = Number.POSITIVE_INFINITY;
    for (let entity = first[cpu]!; entity !== NONE; entity = next[entity]!) {
      if (
        ofEntity[(entity << 3) | DEADLINE]! < earliest &&
        (ofEntity[(entity << 3) | VIRTUAL_TIME]! - base) * weightSum <= weightedTimeSum
      ) {
        best = entity;
        earliest = ofEntity[(entity << 3) | DEADLINE]!;
      }
    }
    if (currentEligible && ofEntity[(current << 3) | DEADLINE]! < earliest) return current;
    return best;
  }

  private setWeight(entity: number, weight: number): void {
    const { ofEntity } = this;
    const e = entity << 3;
    const scale = ORDINARY_WEIGHT / weight;
    ofEntity[e | WEIGHT] = weight;
    ofEntity[e | VIRTUAL_SLICE] = Math.max(1, Math.round(this.slice[entity]! * scale));
    ofEntity[e | LAG_LIMIT] = Math.round(this.longestLag[entity]! * scale);
  }

  /** reweight_entity(): lag and what is left to the deadline are real time, and so change in virtual time. */
  private reweigh(entity: number, cpu: number): void {
    const { ofEntity, ofCpu } = this;
    const e = entity << 3;
    const weight = this.groups.weightOf(entity);
    const before = ofEntity[e | WEIGHT]!;
    if (weight === before) return;
    const scale = before / weight;
    const lag = this.lagOf(entity, cpu) * scale;
    const left = (ofEntity[e | DEADLINE]! - ofEntity[e | VIRTUAL_TIME]!) * scale;
    this.leave(entity, cpu);
    ofCpu[(cpu << 4) | RUNNABLE_WEIGHT]! += weight - before;
    this.setWeight(entity, weight);
    this.place(entity, cpu, Math.round(lag));
    ofEntity[e | DEADLINE] = ofEntity[e | VIRTUAL_TIME]! + Math.round(left);
    this.join(entity, cpu);
  }

  private clock(cpu: number): number {
    const { ofCpu } = this;
    const { now } = this.scheduling;
    if (ofCpu[(cpu << 4) | STEAL_CLOCK] === 0) return now;
    return now - this.scheduling.stolenFrom(this.scheduling.vcpuOf(cpu));
  }

  private isEligible(entity: number, cpu: number): boolean {
    const { ofEntity, ofCpu } = this;
    const c = cpu << 4;
    return (
      (ofEntity[(entity << 3) | VIRTUAL_TIME]! - ofCpu[c | BASE]!) * ofCpu[c | WEIGHT_SUM]! <=
      ofCpu[c | WEIGHTED_TIME_SUM]!
    );
  }

  /** Average virtual time less the entity's own, within its limit. */
  private lagOf(entity: number, cpu: number): number {
    const { ofEntity, ofCpu } = this;
    const e = entity << 3;
    const c = cpu << 4;
    const average = ofCpu[c | BASE]! + ofCpu[c | WEIGHTED_TIME_SUM]! / ofCpu[c | WEIGHT_SUM]!;
    const limit = ofEntity[e | LAG_LIMIT]!;
    return Math.max(-limit, Math.min(limit, Math.round(average - ofEntity[e | VIRTUAL_TIME]!)));
  }

  /** place_entity(): inflates the lag so that the entity still has it once its own weight moved the average. */
  private place(entity: number, cpu: number, lag: number): void {
    const { ofEntity, ofCpu } = this;
    const e = entity << 3;
    const c = cpu << 4;
    const others = ofCpu[c | WEIGHT_SUM]!;
    if (others === 0) {
      ofEntity[e | VIRTUAL_TIME] = ofCpu[c | BASE]!;
      return;
    }
    const average = ofCpu[c | BASE]! + ofCpu[c | WEIGHTED_TIME_SUM]! / others;
    ofEntity[e | VIRTUAL_TIME] = Math.round(average - (lag * (others + ofEntity[e | WEIGHT]!)) / others);
  }

  /** requeue_delayed_entity() with DELAY_ZERO: what was owed stays owed, what was gained by lingering does not. */
  private wakeLingerer(entity: number, cpu: number): void {
    const { ofEntity, ofCpu } = this;
    const e = entity << 3;
    const c = cpu << 4;
    ofEntity[e | LINGERING] = 0;
    ofCpu[c | LINGERERS]! -= 1;
    ofCpu[c | RUNNABLE_WEIGHT]! += ofEntity[e | WEIGHT]!;
    if (this.lagOf(entity, cpu) <= 0) return;
    this.leave(entity, cpu);
    this.place(entity, cpu, 0);
    ofEntity[e | DEADLINE] = ofEntity[e | VIRTUAL_TIME]! + ofEntity[e | VIRTUAL_SLICE]!;
    this.join(entity, cpu);
  }

  private letGo(entity: number, cpu: number): void {
    const { ofEntity, ofCpu } = this;
    const e = entity << 3;
    const c = cpu << 4;
    ofEntity[e | LINGERING] = 0;
    ofCpu[c | LINGERERS]! -= 1;
    ofEntity[e | LAG] = Math.min(0, this.lagOf(entity, cpu));
    this.queues.remove(entity, cpu);
    this.leave(entity, cpu);
    ofCpu[c | COUNT]! -= 1;
  }

  private join(entity: number, cpu: number): void {
    const { ofEntity, ofCpu } = this;
    const e = entity << 3;
    const c = cpu << 4;
    const weight = ofEntity[e | WEIGHT]!;
    ofCpu[c | WEIGHT_SUM]! += weight;
    ofCpu[c | WEIGHTED_TIME_SUM]! += (ofEntity[e | VIRTUAL_TIME]! - ofCpu[c | BASE]!) * weight;
  }

  private leave(entity: number, cpu: number): void {
    const { ofEntity, ofCpu } = this;
    const e = entity << 3;
    const c = cpu << 4;
    const weight = ofEntity[e | WEIGHT]!;
    ofCpu[c | WEIGHT_SUM]! -= weight;
    if (ofCpu[c | WEIGHT_SUM] === 0) {
      ofCpu[c | BASE] = ofEntity[e | VIRTUAL_TIME]!;
      ofCpu[c | WEIGHTED_TIME_SUM] = 0;
    } else {
      ofCpu[c | WEIGHTED_TIME_SUM]! -= (ofEntity[e | VIRTUAL_TIME]! - ofCpu[c | BASE]!) * weight;
    }
  }

  private rebase(cpu: number): void {
    const { ofCpu } = this;
    const c = cpu << 4;
    const shift = Math.floor(ofCpu[c | WEIGHTED_TIME_SUM]! / ofCpu[c | WEIGHT_SUM]!);
    ofCpu[c | BASE]! += shift;
    ofCpu[c | WEIGHTED_TIME_SUM]! -= shift * ofCpu[c | WEIGHT_SUM]!;
  }

  /** Virtual time at the last tick that gave a lone entity a new slice: each does once the old one is used up. */
  private lastRenewal(entity: number, cpu: number): number {
    const { ofEntity, ofCpu } = this;
    const e = entity << 3;
    const { now } = this.scheduling;
    const time = ofEntity[e | VIRTUAL_TIME]!;
    const perVirtual = ofEntity[e | WEIGHT]! / ORDINARY_WEIGHT;
    const used = now - (time - ofEntity[e | DEADLINE]!) * perVirtual;
    const first = this.tickAtOrAfter(used, cpu);
    if (first > now) return time;
    const tick = ofCpu[(cpu << 4) | TICK]!;
    const period = Math.ceil(this.slice[entity]! / tick) * tick;
    const last = first + Math.floor((now - first) / period) * period;
    return Math.round(time - (now - last) / perVirtual);
  }

  private tickAtOrAfter(time: number, cpu: number): number {
    const { ofCpu } = this;
    const c = cpu << 4;
    const tick = ofCpu[c | TICK]!;
    const phase = ofCpu[c | TICK_PHASE]!;
    return phase + Math.ceil((time - phase) / tick) * tick;
  }
}
