import { ESXI_SMT_CHARGE, type SchedulerSpecification } from '../scheduler-specification.ts';
import { ORDINARY_WEIGHT } from '../topology.ts';
import { ListedPolicy } from './listed-policy.ts';
import { NONE, RUNNING, type SchedulerState } from './scheduler-state.ts';

const MS = 1e6;
/** Cpu.BoundLagQuanta: how many quanta a vCPU may fall behind, and so catch up later. */
const BOUND_LAG_QUANTA = 8;
/** How far an entity that comes from another CPU is ahead or behind at most, if that is more than a quantum: a few balancing passes. */
const MOVED_LAG = 100 * MS;
/** How clearly a woken vCPU must be behind to preempt; nobody publishes it. */
const WAKE_MARGIN = MS;
/** Reserved time that is not used may be claimed later up to this much, and is given out in turns of this much. */
const RESERVED_TURN = 10 * MS;

/**
 * Proportional shares by virtual time with bounded lag and reservations: what VMware documents of ESXi's scheduler
 * (priority is consumption over entitlement, lowest first; a quantum; reservations first), and a plausible classic
 * Hyper-V, of which only fair shares, reserves and caps are documented. A reconstruction; no source of either is public.
 *
 * A vCPU with a reservation has a clock that advances by what it got over what it may claim; while that clock is
 * behind real time it comes before all without one, the one furthest behind first.
 */
export class ProportionalShares extends ListedPolicy {
  protected readonly virtualTime: Float64Array;
  private readonly weight: Int32Array;
  /** By entity: part of one CPU that is reserved, and its clock of reserved time. */
  private readonly reserved: Float64Array;
  private readonly reservedClock: Float64Array;
  private readonly anyReserved: boolean;

  private readonly weightSum: Float64Array;
  protected readonly pickedAt: Float64Array;
  /** By clock: the virtual time of who was picked by it last. */
  private readonly globalTime: Float64Array;
  /** By CPU: the clock it keeps virtual time by; each has its own, but where they share what waits. */
  protected readonly clockOf: Int32Array;
  /** By entity: the clock its virtual time is of. */
  private readonly timeOf: Int32Array;
  protected readonly quantum: Float64Array;
  /** By CPU: what a nanosecond beside a busy sibling is charged as; 0 where there is no sibling or no discount. */
  private readonly besideSibling: Float64Array;

  constructor(scheduling: SchedulerState, policy: SchedulerSpecification['policy']) {
    super(scheduling);
    const { cpus, entities, layers, weightOfEntity, guests, specification } = scheduling.topology;
    this.virtualTime = new Float64Array(entities);
    this.weight = weightOfEntity;
    this.reserved = new Float64Array(entities);
    this.reservedClock = new Float64Array(entities);
    this.weightSum = new Float64Array(cpus);
    this.pickedAt = new Float64Array(cpus);
    this.globalTime = new Float64Array(cpus);
    this.clockOf = Int32Array.from({ length: cpus }, (_, cpu) => cpu);
    this.timeOf = new Int32Array(entities).fill(NONE);
    this.quantum = new Float64Array(cpus);
    this.besideSibling = new Float64Array(cpus);
    for (const { index, firstCpu, cpuCount, scheduler } of layers) {
      if (scheduler.policy !== policy || !('quantum' in scheduler)) continue;
      this.quantum.fill(scheduler.quantum, firstCpu, firstCpu + cpuCount);
      if (index > 0 || specification.threadsPerCore === 1 || scheduler.policy !== 'esxi') continue;
      this.besideSibling.fill(scheduler.smtCharge ?? ESXI_SMT_CHARGE, 0, cpuCount);
    }
    for (const { firstVcpu, specification: guest } of guests) {
      const each = (guest.reservation ?? 0) / guest.vcpus;
      this.reserved.fill(each, firstVcpu, firstVcpu + guest.vcpus);
    }
    this.anyReserved = this.reserved.some((part) => part > 0);
  }

  enqueue(entity: number, cpu: number): void {
    this.charge(cpu);
    const before = this.timeOf[entity]!;
    const clock = this.clockOf[cpu]!;
    this.advanceClock(cpu);
    // Virtual time is one for all CPUs of a layer: what an entity got elsewhere counts here.
    if (before !== NONE && before !== clock) this.boundMove(entity, cpu);
    this.timeOf[entity] = clock;
    this.boundLag(entity, cpu);
    this.queues.append(entity, cpu);
    this.count[cpu]! += 1;
    this.weightSum[cpu]! += this.weight[entity]!;
  }

  block(entity: number, cpu: number): void {
    this.chargeSibling(cpu);
    this.running[cpu] = NONE;
    this.ranUntil[entity] = this.scheduling.now;
    this.leave(entity, cpu);
  }

  remove(entity: number, cpu: number): void {
    this.charge(cpu);
    this.queues.remove(entity, cpu);
    this.leave(entity, cpu);
  }

  pick(cpu: number): number {
    const best = this.take(cpu);
    if (best !== NONE) this.picked(best, cpu);
    return best;
  }

  protected picked(best: number, cpu: number): void {
    if (best === this.running[cpu]) this.pickedAt[cpu] = this.scheduling.now;
    // Who runs on its reservation is ahead of the others by it.
    const clock = this.clockOf[cpu]!;
    if (!this.isReserved(best) && this.virtualTime[best]! > this.globalTime[clock]!) {
      this.globalTime[clock] = this.virtualTime[best]!;
    }
  }

  start(entity: number, cpu: number): void {
    this.chargeSibling(cpu);
    this.queues.remove(entity, cpu);
    this.running[cpu] = entity;
    this.pickedAt[cpu] = this.scheduling.now;
    this.chargedUntil[cpu] = this.scheduling.now;
    this.turnDue[cpu] = Number.POSITIVE_INFINITY;
  }

  putBack(entity: number, cpu: number): void {
    this.chargeSibling(cpu);
    this.running[cpu] = NONE;
    this.ranUntil[entity] = this.scheduling.now;
    this.queues.append(entity, cpu);
  }

  charge(cpu: number): void {
    const current = this.running[cpu]!;
    if (current === NONE || this.paused[cpu] === 1) return;
    this.use(current, cpu);
    if (this.scheduling.now < this.turnDue[cpu]!) return;
    this.turnDue[cpu] = Number.POSITIVE_INFINITY;
    if (this.isTurnOver(current, cpu)) this.scheduling.reschedule[cpu] = 1;
    else this.pickedAt[cpu] = this.scheduling.now;
  }

  preempts(entity: number, cpu: number): boolean {
    const current = this.running[cpu]!;
    if (current === NONE) return false;
    if (this.isReserved(entity)) return !this.isReserved(current);
    if (this.isReserved(current)) return false;
    const margin = (WAKE_MARGIN * ORDINARY_WEIGHT) / this.weight[entity]!;
    return this.virtualTime[entity]! + margin < this.virtualTime[current]!;
  }

  turnEnds(cpu: number): number {
    const current = this.running[cpu]!;
    if (current === NONE || this.contenders(cpu) < 2) return Number.POSITIVE_INFINITY;
    const { now } = this.scheduling;
    let end = this.pickedAt[cpu]! + this.quantum[cpu]!;
    if (this.anyReserved) end = Math.min(end, this.reservationDue(current, cpu));
    if (end <= now) end = now + 1;
    this.turnDue[cpu] = end;
    return end;
  }

  /** The current entity and those that wait for it to end its turn. */
  protected contenders(cpu: number): number {
    return this.count[cpu]!;
  }

  load(cpu: number): number {
    return this.weightSum[cpu]!;
  }

  /** Gives up its place for now: it is as if it had waited for nothing. */
  yield(entity: number, cpu: number): void {
    const queued = this.leastQueued(cpu);
    if (queued !== NONE && this.virtualTime[entity]! < this.virtualTime[queued]!) {
      this.virtualTime[entity] = this.virtualTime[queued]! + 1;
    }
    this.scheduling.reschedule[cpu] = 1;
  }

  /** Who should run: whoever was favoured, then reservations, then the least virtual time. */
  private take(cpu: number): number {
    const buddy = this.buddy[cpu]!;
    if (buddy !== NONE) {
      this.buddy[cpu] = NONE;
      return buddy;
    }
    return this.best(cpu);
  }

  protected best(cpu: number): number {
    const current = this.running[cpu]!;
    const { first, next } = this.queues;
    const { virtualTime } = this;
    let best = NONE;
    let least = Number.POSITIVE_INFINITY;
    if (this.anyReserved) {
      const reserved = this.furthestBehind(cpu);
      if (reserved !== NONE) return reserved;
    }
    for (let entity = first[cpu]!; entity !== NONE; entity = next[entity]!) {
      if (virtualTime[entity]! < least) {
        best = entity;
        least = virtualTime[entity]!;
      }
    }
    // Whoever is level has waited for its turn.
    return current !== NONE && (best === NONE || virtualTime[current]! < least) ? current : best;
  }

  protected isTurnOver(current: number, cpu: number): boolean {
    const best = this.best(cpu);
    return best !== NONE && best !== current;
  }

  private furthestBehind(cpu: number): number {
    const current = this.running[cpu]!;
    const { first, next } = this.queues;
    const { now } = this.scheduling;
    let best = NONE;
    let least = now;
    if (current !== NONE && this.isReserved(current)) {
      // It keeps the CPU for a turn, until it is ahead by so much.
      if (this.reservedClock[current]! <= now + RESERVED_TURN) return current;
    }
    for (let entity = first[cpu]!; entity !== NONE; entity = next[entity]!) {
      if (this.reserved[entity] === 0) continue;
      const clock = Math.max(this.reservedClock[entity]!, now - RESERVED_TURN);
      if (clock < least) {
        best = entity;
        least = clock;
      }
    }
    return best;
  }

  /** Whether what is reserved for it has not been given to it yet. */
  protected isReserved(entity: number): boolean {
    if (this.reserved[entity] === 0) return false;
    const ahead = this.scheduling.state[entity] === RUNNING ? RESERVED_TURN : 0;
    return this.reservedClock[entity]! <= this.scheduling.now + ahead;
  }

  /** When a reservation is next a reason to switch: to one that waits, or from the current one, whose turn is used. */
  private reservationDue(current: number, cpu: number): number {
    const { first, next } = this.queues;
    const { now } = this.scheduling;
    const part = this.reserved[current]!;
    if (part > 0 && this.reservedClock[current]! <= now + RESERVED_TURN) {
      if (part >= 1) return Number.POSITIVE_INFINITY;
      const left = now + RESERVED_TURN - this.reservedClock[current]!;
      return now + Math.ceil((left * part) / (1 - part));
    }
    let due = Number.POSITIVE_INFINITY;
    for (let entity = first[cpu]!; entity !== NONE; entity = next[entity]!) {
      if (this.reserved[entity]! > 0) due = Math.min(due, Math.ceil(this.reservedClock[entity]!) + 1);
    }
    return due;
  }

  private leastQueued(cpu: number): number {
    const { first, next } = this.queues;
    let best = NONE;
    for (let entity = first[cpu]!; entity !== NONE; entity = next[entity]!) {
      if (best === NONE || this.virtualTime[entity]! < this.virtualTime[best]!) best = entity;
    }
    return best;
  }

  /** Charges the current entity of a CPU for the time since it was last charged. */
  private use(current: number, cpu: number): void {
    const { now } = this.scheduling;
    const ran = now - this.chargedUntil[cpu]!;
    if (ran <= 0) return;
    this.chargedUntil[cpu] = now;
    const discount = this.besideSibling[cpu]!;
    const used = discount > 0 && this.running[cpu ^ 1] !== NONE ? ran * discount : ran;
    this.virtualTime[current]! += (used * ORDINARY_WEIGHT) / this.weight[current]!;
    this.boundLag(current, cpu);
    const part = this.reserved[current]!;
    if (part > 0) {
      this.reservedClock[current] =
        Math.max(this.reservedClock[current]!, now - ran - RESERVED_TURN) + ran / part;
    }
  }

  /** What was charged at one rate stays: the sibling's is another one from now on. */
  private chargeSibling(cpu: number): void {
    if (this.besideSibling[cpu] === 0) return;
    const sibling = cpu ^ 1;
    const current = this.running[sibling]!;
    if (current !== NONE && this.paused[sibling] === 0) this.use(current, sibling);
  }

  /** Whoever has a CPU alone is picked once, and virtual time goes on. */
  private advanceClock(cpu: number): void {
    const clock = this.clockOf[cpu]!;
    const least = this.leastTime(cpu);
    if (least < Number.POSITIVE_INFINITY && least > this.globalTime[clock]!) this.globalTime[clock] = least;
  }

  /** Of the current entity of a CPU and those that wait for it; infinity without any. */
  protected leastTime(cpu: number): number {
    const { first, next } = this.queues;
    const { virtualTime } = this;
    const current = this.running[cpu]!;
    let least = current === NONE ? Number.POSITIVE_INFINITY : virtualTime[current]!;
    for (let entity = first[cpu]!; entity !== NONE; entity = next[entity]!) {
      if (virtualTime[entity]! < least) least = virtualTime[entity]!;
    }
    return least;
  }

  private boundLag(entity: number, cpu: number): void {
    const bound = (BOUND_LAG_QUANTA * this.quantum[cpu]! * ORDINARY_WEIGHT) / this.weight[entity]!;
    const least = this.globalTime[this.clockOf[cpu]!]! - bound;
    if (this.virtualTime[entity]! < least) this.virtualTime[entity] = least;
  }

  /**
   * CPUs that nobody competes for give more than others, some for good: of what an entity is ahead or behind through that,
   * only so much goes with it, so that it neither waits nor keeps others waiting for long.
   */
  private boundMove(entity: number, cpu: number): void {
    const longest = Math.max(this.quantum[cpu]!, MOVED_LAG);
    const bound = (longest * ORDINARY_WEIGHT) / this.weight[entity]!;
    const reference = this.globalTime[this.clockOf[cpu]!]!;
    const time = this.virtualTime[entity]!;
    this.virtualTime[entity] = Math.min(Math.max(time, reference - bound), reference + bound);
  }

  private leave(entity: number, cpu: number): void {
    this.count[cpu]! -= 1;
    this.weightSum[cpu]! -= this.weight[entity]!;
    if (this.buddy[cpu] === entity) this.buddy[cpu] = NONE;
  }
}
