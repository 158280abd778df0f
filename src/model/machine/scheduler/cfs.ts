import { ORDINARY_WEIGHT } from '../topology.ts';
import type { GroupWeights } from './group-weights.ts';
import { ListedPolicy } from './listed-policy.ts';
import { ENQUEUE_MIGRATED, ENQUEUE_NEW, ENQUEUE_WAKE } from './policy.ts';
import { NONE, type SchedulerState } from './scheduler-state.ts';
import type { Ticks } from './ticks.ts';

/** Entities above which the period grows with their number (sched_nr_latency). */
const LATENCY_ENTITIES = 8;

/**
 * Linux's CFS (5.15 kernel/sched/fair.c; features GENTLE_FAIR_SLEEPERS, START_DEBIT and WAKEUP_PREEMPTION on, LAST_BUDDY
 * left out: it counts from nine entities on). Turns are looked at on ticks only (HRTICK is off).
 *
 * Sources: place_entity(), check_preempt_tick(), wakeup_preempt_entity(), pick_next_entity() in the file named above.
 */
export class Cfs extends ListedPolicy {
  private readonly groups: GroupWeights;
  private readonly ticks: Ticks;

  private readonly virtualTime: Float64Array;
  private readonly weight: Int32Array;
  /** By entity: the CPU its virtual time is of. */
  private readonly timeOf: Int32Array;

  /** By CPU: the current entity and the queued ones, and their weights. */
  private readonly weightSum: Float64Array;
  private readonly leastTime: Float64Array;
  /** By CPU: how long the current entity has had its turn, and the tick at which it may be over. */
  private readonly ran: Float64Array;
  /** By CPU: who is to be preferred, and who has yielded. */
  private readonly skipped: Int32Array;
  private readonly latency: Float64Array;
  private readonly minimumGranularity: Float64Array;
  private readonly wakeupGranularity: Float64Array;
  private readonly stealClock: Uint8Array;

  constructor(scheduling: SchedulerState, groups: GroupWeights, ticks: Ticks) {
    super(scheduling);
    const { cpus, entities, layers, weightOfEntity, physicalCpus } = scheduling.topology;
    this.groups = groups;
    this.ticks = ticks;
    this.virtualTime = new Float64Array(entities);
    this.weight = weightOfEntity.slice();
    this.timeOf = new Int32Array(entities).fill(NONE);
    this.weightSum = new Float64Array(cpus);
    this.leastTime = new Float64Array(cpus);
    this.ran = new Float64Array(cpus);
    this.skipped = new Int32Array(cpus).fill(NONE);
    this.latency = new Float64Array(cpus);
    this.minimumGranularity = new Float64Array(cpus);
    this.wakeupGranularity = new Float64Array(cpus);
    this.stealClock = new Uint8Array(cpus);
    for (const { firstCpu, cpuCount, scheduler } of layers) {
      if (scheduler.policy !== 'cfs') continue;
      const last = firstCpu + cpuCount;
      this.latency.fill(scheduler.latency, firstCpu, last);
      this.minimumGranularity.fill(scheduler.minimumGranularity, firstCpu, last);
      this.wakeupGranularity.fill(scheduler.wakeupGranularity, firstCpu, last);
      const seesSteal = (scheduler.stealClock ?? true) && firstCpu >= physicalCpus;
      this.stealClock.fill(seesSteal ? 1 : 0, firstCpu, last);
    }
  }

  enqueue(entity: number, cpu: number, reason: number): void {
    this.charge(cpu);
    const before = this.timeOf[entity]!;
    // What an entity is ahead of or behind the others goes with it.
    if (before !== NONE && before !== cpu) {
      this.virtualTime[entity]! += this.leastTime[cpu]! - this.leastTime[before]!;
    }
    this.timeOf[entity] = cpu;
    if (reason !== ENQUEUE_MIGRATED) this.groups.joined(entity);
    this.weight[entity] = this.groups.weightOf(entity);
    this.count[cpu]! += 1;
    this.weightSum[cpu]! += this.weight[entity]!;
    if (reason === ENQUEUE_NEW || reason === ENQUEUE_WAKE) {
      const start =
        reason === ENQUEUE_NEW
          ? this.leastTime[cpu]! + this.virtual(this.slice(entity, cpu), entity)
          : this.leastTime[cpu]! - this.latency[cpu]! / 2;
      this.virtualTime[entity] = Math.max(this.virtualTime[entity]!, start);
    }
    this.queues.append(entity, cpu);
  }

  block(entity: number, cpu: number): void {
    this.running[cpu] = NONE;
    this.ranUntil[entity] = this.scheduling.now;
    this.leave(entity, cpu);
    this.groups.left(entity);
  }

  remove(entity: number, cpu: number): void {
    this.charge(cpu);
    this.queues.remove(entity, cpu);
    this.leave(entity, cpu);
  }

  override withdraw(entity: number, cpu: number): void {
    this.remove(entity, cpu);
    this.groups.left(entity);
  }

  pick(cpu: number): number {
    const left = this.leftmost(cpu, NONE);
    if (left === NONE) return NONE;
    let best = left;
    if (left === this.skipped[cpu]) {
      const second = this.leftmost(cpu, left);
      if (second !== NONE && this.isNear(second, left, cpu)) best = second;
    }
    const buddy = this.buddy[cpu]!;
    if (buddy !== NONE && this.isNear(buddy, left, cpu)) best = buddy;
    this.buddy[cpu] = NONE;
    this.skipped[cpu] = NONE;
    if (best === this.running[cpu]) this.ran[cpu] = 0;
    return best;
  }

  start(entity: number, cpu: number): void {
    this.queues.remove(entity, cpu);
    this.running[cpu] = entity;
    this.ran[cpu] = 0;
    this.turnDue[cpu] = Number.POSITIVE_INFINITY;
    this.chargedUntil[cpu] = this.clock(cpu);
  }

  putBack(entity: number, cpu: number): void {
    this.running[cpu] = NONE;
    this.ranUntil[entity] = this.scheduling.now;
    const weight = this.groups.weightOf(entity);
    this.weightSum[cpu]! += weight - this.weight[entity]!;
    this.weight[entity] = weight;
    this.queues.append(entity, cpu);
  }

  charge(cpu: number): void {
    const current = this.running[cpu]!;
    if (current === NONE || this.paused[cpu] === 1) return;
    const clock = this.clock(cpu);
    const ran = clock - this.chargedUntil[cpu]!;
    if (ran > 0) {
      this.chargedUntil[cpu] = clock;
      this.ran[cpu]! += ran;
      this.virtualTime[current]! += this.virtual(ran, current);
      this.advance(cpu);
    }
    if (this.scheduling.now < this.turnDue[cpu]!) return;
    this.turnDue[cpu] = Number.POSITIVE_INFINITY;
    if (this.count[cpu]! < 2 || !this.isTurnOver(current, cpu)) return;
    this.buddy[cpu] = NONE;
    this.scheduling.reschedule[cpu] = 1;
  }

  preempts(entity: number, cpu: number): boolean {
    const current = this.running[cpu]!;
    if (current === NONE) return false;
    const ahead = this.virtualTime[current]! - this.virtualTime[entity]!;
    if (ahead <= this.virtual(this.wakeupGranularity[cpu]!, entity)) return false;
    this.buddy[cpu] = entity;
    return true;
  }

  /** check_preempt_tick() as a time: the first tick at which it would say so. */
  turnEnds(cpu: number): number {
    const current = this.running[cpu]!;
    if (current === NONE || this.count[cpu]! < 2) return Number.POSITIVE_INFINITY;
    const { now } = this.scheduling;
    const slice = this.slice(current, cpu);
    const uncharged = this.clock(cpu) - this.chargedUntil[cpu]!;
    const ran = this.ran[cpu]! + uncharged;
    const first = this.leftmostQueued(cpu, NONE);
    const time = this.virtualTime[current]! + this.virtual(uncharged, current);
    const lead = slice - (time - this.virtualTime[first]!);
    const bySlice = slice - ran;
    const byLead = Math.max(
      this.minimumGranularity[cpu]! - ran - 1,
      (lead * this.weight[current]!) / ORDINARY_WEIGHT,
    );
    const least = Math.max(0, Math.floor(Math.min(bySlice, byLead)));
    // Strictly more than its slice.
    const end = this.ticks.atOrAfter(now + least + 1, cpu);
    this.turnDue[cpu] = end;
    return end;
  }

  load(cpu: number): number {
    return this.weightSum[cpu]!;
  }

  yield(entity: number, cpu: number): void {
    this.skipped[cpu] = entity;
    this.scheduling.reschedule[cpu] = 1;
  }

  private isTurnOver(current: number, cpu: number): boolean {
    const slice = this.slice(current, cpu);
    const ran = this.ran[cpu]!;
    if (ran > slice) return true;
    if (ran < this.minimumGranularity[cpu]!) return false;
    const first = this.leftmostQueued(cpu, NONE);
    return this.virtualTime[current]! - this.virtualTime[first]! > slice;
  }

  private slice(entity: number, cpu: number): number {
    const count = this.count[cpu]!;
    const minimum = this.minimumGranularity[cpu]!;
    const period = count > LATENCY_ENTITIES ? count * minimum : this.latency[cpu]!;
    return Math.max(minimum, (period * this.weight[entity]!) / this.weightSum[cpu]!);
  }

  /** The current or queued entity with the least virtual time, but one; the current one first among equals. */
  private leftmost(cpu: number, but: number): number {
    const current = this.running[cpu]!;
    const queued = this.leftmostQueued(cpu, but);
    if (current === NONE || current === but) return queued;
    if (queued === NONE || this.virtualTime[current]! < this.virtualTime[queued]!) return current;
    return queued;
  }

  private leftmostQueued(cpu: number, but: number): number {
    const { first, next } = this.queues;
    const { virtualTime } = this;
    let best = NONE;
    let least = Number.POSITIVE_INFINITY;
    for (let entity = first[cpu]!; entity !== NONE; entity = next[entity]!) {
      if (virtualTime[entity]! < least && entity !== but) {
        best = entity;
        least = virtualTime[entity]!;
      }
    }
    return best;
  }

  /** Whether an entity is less than a wake-up granularity behind the leftmost one. */
  private isNear(entity: number, left: number, cpu: number): boolean {
    const behind = this.virtualTime[entity]! - this.virtualTime[left]!;
    return behind <= this.virtual(this.wakeupGranularity[cpu]!, left);
  }

  private leave(entity: number, cpu: number): void {
    this.count[cpu]! -= 1;
    this.weightSum[cpu]! -= this.weight[entity]!;
    if (this.buddy[cpu] === entity) this.buddy[cpu] = NONE;
    if (this.skipped[cpu] === entity) this.skipped[cpu] = NONE;
  }

  /** update_min_vruntime(). */
  private advance(cpu: number): void {
    const current = this.running[cpu]!;
    const queued = this.leftmostQueued(cpu, NONE);
    let least = this.virtualTime[current]!;
    if (queued !== NONE && this.virtualTime[queued]! < least) least = this.virtualTime[queued]!;
    if (least > this.leastTime[cpu]!) this.leastTime[cpu] = least;
  }

  private virtual(time: number, entity: number): number {
    const weight = this.weight[entity]!;
    return weight === ORDINARY_WEIGHT ? time : Math.round((time * ORDINARY_WEIGHT) / weight);
  }

  protected override clock(cpu: number): number {
    const { now } = this.scheduling;
    if (this.stealClock[cpu] === 0) return now;
    return now - this.scheduling.stolenFrom(this.scheduling.vcpuOf(cpu));
  }
}
