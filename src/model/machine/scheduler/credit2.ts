import { ListedPolicy } from './listed-policy.ts';
import type { RunQueues } from './run-queues.ts';
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
 * CPUs of a socket share a run queue (run-queues.ts). A unit that last ran on another of its CPUs is taken only with so
 * much more credit (`migrateResistance`); one that wakes and finds no idle CPU takes the one it is most ahead of. Between
 * run queues units move by Linux's placement and balancing (placement.ts), in place of Xen's by decayed averages of load.
 * Resets are counted and applied to a unit when it is next looked at, so that sleepers cost nothing.
 */
export class Credit2 extends ListedPolicy {
  private readonly credit: Float64Array;
  private readonly weight: Int32Array;
  /** By entity: the run queue whose resets count for it, and how many of them its credit has in it. */
  private readonly creditOf: Int32Array;
  private readonly resetsSeen: Float64Array;
  /** By run queue, known by its first CPU: who waits, how many, and the weight of all that wait and run. */
  private readonly waiting: Int32Array;
  private readonly weightSum: Float64Array;
  /** By run queue: how often everyone got credit, and when last. */
  private readonly resets: Float64Array;
  private readonly resetAt: Float64Array;
  private readonly runQueues: RunQueues;
  private readonly startedAt: Float64Array;
  private readonly yielded: Uint8Array;
  private readonly heaviest: Float64Array;
  private readonly creditInit: Float64Array;
  private readonly shortest: Float64Array;
  private readonly longest: Float64Array;
  private readonly rateLimit: Float64Array;
  private readonly resistance: Float64Array;

  constructor(scheduling: SchedulerState, runQueues: RunQueues) {
    super(scheduling);
    const { cpus, entities, layers, layerOfEntity, weightOfEntity } = scheduling.topology;
    this.runQueues = runQueues;
    this.credit = new Float64Array(entities);
    this.weight = weightOfEntity;
    this.creditOf = new Int32Array(entities).fill(NONE);
    this.resetsSeen = new Float64Array(entities);
    this.waiting = new Int32Array(cpus);
    this.weightSum = new Float64Array(cpus);
    this.resets = new Float64Array(cpus);
    this.resetAt = new Float64Array(cpus);
    this.startedAt = new Float64Array(cpus);
    this.yielded = new Uint8Array(cpus);
    this.heaviest = new Float64Array(cpus).fill(1);
    this.creditInit = new Float64Array(cpus);
    this.shortest = new Float64Array(cpus);
    this.longest = new Float64Array(cpus);
    this.rateLimit = new Float64Array(cpus);
    this.resistance = new Float64Array(cpus);
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
      this.resistance.fill(scheduler.migrateResistance ?? 0.5 * MS, firstCpu, last);
      const credit = scheduler.creditInit ?? 10 * MS;
      for (let entity = 0; entity < entities; entity++) {
        if (layerOfEntity[entity] === index) this.credit[entity] = credit;
      }
    }
  }

  enqueue(entity: number, cpu: number): void {
    this.charge(cpu);
    const queue = this.runQueues.first[cpu]!;
    const before = this.creditOf[entity]!;
    if (before !== NONE) this.catchUp(entity, before);
    if (before !== queue) {
      this.creditOf[entity] = queue;
      this.resetsSeen[entity] = this.resets[queue]!;
    }
    this.wait(entity, queue);
    this.count[cpu]! += 1;
    this.weightSum[queue]! += this.weight[entity]!;
  }

  block(entity: number, cpu: number): void {
    this.running[cpu] = NONE;
    this.ranUntil[entity] = this.scheduling.now;
    this.leave(entity, cpu);
  }

  remove(entity: number, cpu: number): void {
    this.charge(cpu);
    this.stopWaiting(entity, this.runQueues.first[cpu]!);
    this.leave(entity, cpu);
  }

  pick(cpu: number): number {
    const current = this.running[cpu]!;
    const buddy = this.buddy[cpu]!;
    const mayGoOn = current !== NONE && this.yielded[cpu] === 0;
    this.buddy[cpu] = NONE;
    this.yielded[cpu] = 0;
    if (buddy !== NONE) return buddy;
    if (mayGoOn && this.scheduling.now - this.startedAt[cpu]! < this.rateLimit[cpu]!) return current;
    const queued = this.candidate(cpu, mayGoOn ? this.credit[current]! : Number.NEGATIVE_INFINITY);
    const best = queued === NONE ? current : queued;
    if (best === NONE) return NONE;
    const queue = this.runQueues.first[cpu]!;
    if (this.credit[best]! <= 0) {
      this.reset(queue, 1);
      this.catchUp(best, queue);
      if (current !== NONE) this.catchUp(current, queue);
    }
    if (best === current) this.startedAt[cpu] = this.scheduling.now;
    return best;
  }

  start(entity: number, cpu: number): void {
    this.stopWaiting(entity, this.runQueues.first[cpu]!);
    this.running[cpu] = entity;
    this.startedAt[cpu] = this.scheduling.now;
    this.chargedUntil[cpu] = this.scheduling.now;
    this.turnDue[cpu] = Number.POSITIVE_INFINITY;
  }

  putBack(entity: number, cpu: number): void {
    this.running[cpu] = NONE;
    this.ranUntil[entity] = this.scheduling.now;
    this.wait(entity, this.runQueues.first[cpu]!);
  }

  charge(cpu: number): void {
    const current = this.running[cpu]!;
    if (current === NONE || this.paused[cpu] === 1) return;
    const { now } = this.scheduling;
    const queue = this.runQueues.first[cpu]!;
    const ran = now - this.chargedUntil[cpu]!;
    if (ran > 0) {
      this.chargedUntil[cpu] = now;
      this.credit[current]! -= Math.round((ran * this.heaviest[cpu]!) / this.weight[current]!);
      this.catchUp(current, queue);
      const init = this.creditInit[cpu]!;
      if (this.waiting[queue] === 0 && this.credit[current]! <= 0) this.refillAlone(current, queue, init);
      else if (this.credit[current]! < -init) this.credit[current] = -init;
    }
    if (now < this.turnDue[cpu]!) return;
    this.turnDue[cpu] = Number.POSITIVE_INFINITY;
    if (this.waiting[queue]! > 0) this.scheduling.reschedule[cpu] = 1;
  }

  /**
   * Whether it takes its CPU. When it is ahead of what another CPU of the run queue runs, by more than of that and what
   * moving takes, that one is marked instead (runq_tickle()).
   */
  preempts(entity: number, cpu: number): boolean {
    let best = NONE;
    let most = 0;
    for (let other = this.runQueues.first[cpu]!; other < this.runQueues.end[cpu]!; other++) {
      const current = this.running[other]!;
      if (current === NONE || this.paused[other] === 1) continue;
      if (this.scheduling.now - this.startedAt[other]! < this.rateLimit[other]! - TOLERANCE) continue;
      if (other !== cpu && !this.scheduling.mayRun(entity, other)) continue;
      this.charge(other);
      const ahead =
        this.credit[entity]! - this.credit[current]! - (other === cpu ? 0 : this.resistance[cpu]!);
      if (ahead <= most && !(ahead === most && ahead > 0 && other === cpu)) continue;
      best = other;
      most = ahead;
    }
    if (best !== NONE && best !== cpu) this.scheduling.reschedule[best] = 1;
    return best === cpu;
  }

  /** csched2_runtime(). */
  turnEnds(cpu: number): number {
    const current = this.running[cpu]!;
    if (current === NONE || this.waiting[this.runQueues.first[cpu]!] === 0) return Number.POSITIVE_INFINITY;
    const { now } = this.scheduling;
    const waiter = this.candidate(cpu, Number.NEGATIVE_INFINITY);
    if (waiter === NONE) return Number.POSITIVE_INFINITY;
    const ahead = this.credit[current]! - Math.max(0, this.credit[waiter]!);
    const uncharged = now - this.chargedUntil[cpu]!;
    const left = Math.max(0, Math.round((ahead * this.weight[current]!) / this.heaviest[cpu]!) - uncharged);
    const start = this.startedAt[cpu]!;
    const earliest = start + Math.max(this.shortest[cpu]!, this.rateLimit[cpu]!);
    const end = Math.max(now + 1, Math.min(Math.max(now + left, earliest), start + this.longest[cpu]!));
    this.turnDue[cpu] = end;
    return end;
  }

  /** A run queue's load is that of its CPUs in equal parts. */
  load(cpu: number): number {
    const first = this.runQueues.first[cpu]!;
    return this.weightSum[first]! / (this.runQueues.end[cpu]! - first);
  }

  override migrationCandidate(cpu: number, ranBefore: number, to: number): number {
    const { first, next } = this.queues;
    const { cpuOf } = this.scheduling;
    for (let entity = first[this.runQueues.first[cpu]!]!; entity !== NONE; entity = next[entity]!) {
      if (cpuOf[entity] !== cpu || this.ranUntil[entity]! >= ranBefore) continue;
      if (this.scheduling.mayRun(entity, to)) return entity;
    }
    return NONE;
  }

  yield(_entity: number, cpu: number): void {
    this.yielded[cpu] = 1;
    this.scheduling.reschedule[cpu] = 1;
  }

  /**
   * The waiting unit with the most credit that a CPU may take in place of one with `least`, the first among equals
   * (runq_candidate()).
   */
  private candidate(cpu: number, least: number): number {
    const queue = this.runQueues.first[cpu]!;
    const { first, next } = this.queues;
    const { cpuOf } = this.scheduling;
    let best = NONE;
    let most = Number.NEGATIVE_INFINITY;
    for (let entity = first[queue]!; entity !== NONE; entity = next[entity]!) {
      this.catchUp(entity, queue);
      const credit = this.credit[entity]!;
      if (credit <= most) continue;
      const away = cpuOf[entity] !== cpu;
      if (credit < least + (away ? this.resistance[cpu]! : 0)) continue;
      if (away && !this.scheduling.mayRun(entity, cpu)) continue;
      best = entity;
      most = credit;
    }
    return best;
  }

  private wait(entity: number, queue: number): void {
    this.queues.append(entity, queue);
    this.waiting[queue]! += 1;
  }

  private stopWaiting(entity: number, queue: number): void {
    this.queues.remove(entity, queue);
    this.waiting[queue]! -= 1;
  }

  private reset(queue: number, times: number): void {
    this.resets[queue]! += times;
    this.resetAt[queue] = this.scheduling.now;
  }

  /**
   * While nobody waits no look is taken and no credit given; what was missed is made up for here. Others get no more
   * resets of it than fit into the time since the last.
   */
  private refillAlone(entity: number, queue: number, init: number): void {
    const times = Math.floor(-this.credit[entity]! / init) + 1;
    this.credit[entity] = Math.min(init + CARRY_OVER, this.credit[entity]! + times * init);
    const since = this.scheduling.now - this.resetAt[queue]!;
    if (since < init) return;
    this.reset(queue, Math.floor(since / init));
    this.resetsSeen[entity] = this.resets[queue]!;
  }

  private catchUp(entity: number, queue: number): void {
    const missed = this.resets[queue]! - this.resetsSeen[entity]!;
    if (missed === 0) return;
    this.resetsSeen[entity] = this.resets[queue]!;
    const init = this.creditInit[queue]!;
    const floor = missed === 1 && this.credit[entity]! <= -init ? init : 0;
    this.credit[entity] = Math.min(init + CARRY_OVER, this.credit[entity]! + missed * init + floor);
  }

  private leave(entity: number, cpu: number): void {
    this.count[cpu]! -= 1;
    this.weightSum[this.runQueues.first[cpu]!]! -= this.weight[entity]!;
    if (this.buddy[cpu] === entity) this.buddy[cpu] = NONE;
  }
}
