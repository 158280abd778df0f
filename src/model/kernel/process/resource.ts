import { TimeWeighted } from '../statistics/time-weighted.ts';
import { Awaitable, type Waiter, WaitList } from './awaitable.ts';

/** The clock a resource keeps its statistics by. */
export interface Clock {
  readonly now: number;
}

/**
 * A number of equal units that processes take and give back: servers, seats, tokens.
 *
 *     yield cpus.acquire();
 *     try { yield hold(work); } finally { cpus.release(); }
 *
 * First come first served within a priority. A request at the head of the line that is too large for what is free
 * holds up smaller ones behind it, so none starves.
 */
export class Resource {
  readonly capacity: number;
  /** Units taken, over time. */
  readonly busy: TimeWeighted;
  /** Requests in line, over time. */
  readonly queued: TimeWeighted;
  private readonly clock: Clock;
  private readonly line = new WaitList();
  private readonly one: Acquire;
  private taken = 0;

  constructor(clock: Clock, capacity = 1) {
    requireUnits('capacity', capacity);
    this.clock = clock;
    this.capacity = capacity;
    this.busy = new TimeWeighted(clock.now);
    this.queued = new TimeWeighted(clock.now);
    this.one = new Acquire(this, 1, 0);
  }

  get free(): number {
    return this.capacity - this.taken;
  }

  /** To wait for: `units` of it. @param priority lower goes first. */
  acquire(units = 1, priority = 0): Awaitable<void> {
    if (units === 1 && priority === 0) return this.one;
    requireUnits('units to acquire', units);
    if (units > this.capacity) {
      throw new RangeError(`${units} units can never be acquired of a resource that has ${this.capacity}`);
    }
    return new Acquire(this, units, priority);
  }

  /** Gives units back. @throws RangeError when more are given back than are taken. */
  release(units = 1): void {
    requireUnits('units to release', units);
    if (units > this.taken)
      throw new RangeError(`${units} units released of a resource with ${this.taken} taken`);
    this.setTaken(this.taken - units);
    this.serve();
  }

  /** For `Acquire`. True when the units could be had at once. */
  take(units: number, waiter: Waiter): boolean {
    const first = this.line.first;
    if (units <= this.free && (first === null || waiter.priority < first.priority)) {
      this.setTaken(this.taken + units);
      return true;
    }
    this.line.add(waiter);
    this.queued.set(this.clock.now, this.line.size);
    return false;
  }

  /** For `Acquire`. */
  leaveLine(waiter: Waiter): void {
    this.line.remove(waiter);
    this.queued.set(this.clock.now, this.line.size);
    this.serve();
  }

  private serve(): void {
    for (let waiter = this.line.first; waiter !== null; waiter = this.line.first) {
      const { units } = waiter.awaiting as Acquire;
      if (units > this.free) return;
      this.line.remove(waiter);
      this.queued.set(this.clock.now, this.line.size);
      this.setTaken(this.taken + units);
      waiter.grant(undefined);
    }
  }

  private setTaken(units: number): void {
    this.taken = units;
    this.busy.set(this.clock.now, units);
  }
}

/** A request for units; stateless, so one can be shared. */
class Acquire extends Awaitable<void> {
  readonly units: number;
  private readonly resource: Resource;
  private readonly priority: number;

  constructor(resource: Resource, units: number, priority: number) {
    super();
    this.resource = resource;
    this.units = units;
    this.priority = priority;
  }

  override begin(waiter: Waiter): boolean {
    waiter.priority = this.priority;
    return this.resource.take(this.units, waiter);
  }

  override withdraw(waiter: Waiter): void {
    this.resource.leaveLine(waiter);
  }

  override giveBack(): void {
    this.resource.release(this.units);
  }
}

function requireUnits(what: string, units: number): void {
  if (!(Number.isInteger(units) && units > 0)) {
    throw new RangeError(`${what} of a resource must be a whole number > 0, got ${units}`);
  }
}
