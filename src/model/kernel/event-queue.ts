import { EventRecords, FREE as FREE_RECORD } from './event-records.ts';
import { CUT_ABOVE, Ladder } from './ladder.ts';
import { TICKET_MASK as MASK_OF_TICKETS, sortByAge } from './ticket.ts';

/** A handle that never belongs to an event: for fields that hold "no event pending". */
export const NO_EVENT = -1;

// In constants of this module, which the engine puts into its code as numbers: what is imported it loads, and looks at.
const FREE = FREE_RECORD;
const TICKET_MASK = MASK_OF_TICKETS;

const ROOT = 1;
const FIRST_CAPACITY = 16;
/** A heap of so many entries still fits the first-level cache, and is faster than the ladder. */
const HEAP_LIMIT = 2048;
/** Below this many heap entries, sweeping out the cancelled ones is not worth it. */
const SWEEP_FLOOR = 64;

/**
 * The pending events of a simulation, earliest first, and first come first served among equal times.
 *
 * An event is a time, an opcode and two arguments; opcode and arguments are 32-bit integers. Scheduling returns a
 * handle by which the event can be cancelled or moved while it is pending. A handle is never mistaken for that of
 * another pending event, nor a stale one for a live one unless exactly a multiple of 2^30 events was scheduled in
 * between. First come first served holds between events scheduled fewer than 2^30 schedulings apart.
 *
 * Times never go back: `time` is the time of the last event popped (0 at first), and nothing may be scheduled
 * before it. Nothing is allocated but when the queue grows beyond its largest size so far.
 *
 * Costs, n pending: `schedule` and `pop` O(log n), beyond some 2,000 pending O(1) for most distributions of times;
 * `cancel` O(1) and `reschedule` as `schedule`; amortized.
 *
 * How it works. Future events are in a binary heap over typed arrays, keyed by time alone: events at the *current*
 * time are in a first-in first-out buffer beside it, so equal times need no second key on the heap's paths. When an
 * event is popped and a child of the root has the same time, every entry with that time is moved to the buffer and
 * sorted by age. The root's place stays open after a pop, because the next thing most handlers do is schedule: that
 * costs one sift instead of two. When the heap would outgrow the first-level cache, only near events stay in it, and
 * far ones wait in a ladder of unsorted buckets.
 *
 * Cancelled events leave their entry in the heap or the ladder, known as stale by its ticket; it is dropped when its
 * turn comes, and all are swept out when they are the majority. Compared with keeping each event's heap position up to
 * date (cancelling in place), this costs a cancelled event a place in the heap for a while, and saves every other event
 * one scattered write for every level it moves: measured 15 to 40 % of a hold operation.
 */
export class EventQueue extends EventRecords {
  /** Time of the event taken last. */
  time = 0;
  /** Opcode and arguments of the event that `pop` took last. */
  opcode = 0;
  a = 0;
  b = 0;

  /**
   * When the event being placed is due. Handed to `place` in a field, because V8 puts a double that is passed to a
   * function on the heap, 16 bytes a call, unless it inlines the function. It inlines small functions into the places
   * that call them often, and never one whose bytecode is above 460 bytes: so the methods that take a double are
   * small, and `place` is that large.
   */
  protected due = Number.NaN;
  /** Time of the entry that `siftDown` moves; in a field for the same reason. */
  private siftedTime = Number.NaN;

  /** Heap, one-based; two cells behind the last entry hold Infinity, so that children need no bounds check. */
  private heapTimes = new Float64Array(FIRST_CAPACITY + 3).fill(Number.POSITIVE_INFINITY);
  private heapTickets = new Int32Array(FIRST_CAPACITY + 3);
  /** Entries in the heap: stale ones and the open root included. */
  private entries = 0;
  /** Compared with `true` wherever every event passes: of a field the engine does not know that it is a boolean. */
  private rootIsOpen = false;
  /** Entries at which the heap is to grow, or its events to go to the ladder. */
  private room = FIRST_CAPACITY;

  private readonly ladder = new Ladder();
  private readonly heapLimit: number;

  /** Tickets of the events at `time`, a circular buffer in order of scheduling. */
  private current = new Int32Array(FIRST_CAPACITY);
  private currentHead = 0;
  private currentCount = 0;

  /** @param heapLimit how many entries the heap may hold before far events go to the ladder; tests make it small. */
  constructor(heapLimit = HEAP_LIMIT) {
    super(2 * FIRST_CAPACITY);
    this.heapLimit = heapLimit;
  }

  /** Time of the earliest pending event; Infinity when there is none. */
  get nextTime(): number {
    this.dropStaleCurrent();
    if (this.currentCount > 0) return this.time;
    this.dropStaleRoots();
    return this.heapTimes[ROOT]!;
  }

  /**
   * Adds an event and returns its handle, an integer >= 0.
   * @throws RangeError when `time` is before `this.time`, or not finite.
   */
  schedule(time: number, opcode: number, a: number, b: number): number {
    this.due = time;
    return this.place(opcode, a, b);
  }

  /**
   * Adds an event `delay` after `this.time` and returns its handle.
   * @throws RangeError when `delay` is negative, or not finite.
   */
  scheduleAfter(delay: number, opcode: number, a: number, b: number): number {
    this.due = this.time + delay;
    return this.place(opcode, a, b);
  }

  /** Removes a pending event. False, and nothing done, when the handle's event is not pending any more. */
  cancel(handle: number): boolean {
    if (!this.forget(handle)) return false;
    this.sweepWhenMostAreStale();
    return true;
  }

  /**
   * Moves a pending event to another time, behind the events already at that time, as if it were scheduled now; its
   * handle stays. False, and nothing done, when the handle's event is not pending any more.
   * @throws RangeError when `time` is before `this.time`, or not finite.
   */
  reschedule(handle: number, time: number): boolean {
    if (!this.isPending(handle)) return false;
    const origin = this.carrierOf(handle);
    this.due = time;
    const carrier = this.place(this.records[origin]!, this.records[origin + 1]!, this.records[origin + 2]!);
    this.hand(handle, carrier);
    this.sweepWhenMostAreStale();
    return true;
  }

  /**
   * Takes the earliest event out, into `time`, `opcode`, `a` and `b`. False, and the fields untouched, when none is
   * pending at or before `until`.
   */
  pop(until = Number.POSITIVE_INFINITY): boolean {
    const record = this.take(until);
    if (record < 0) return false;
    const records = this.records;
    this.opcode = records[record]!;
    this.a = records[record + 1]!;
    this.b = records[record + 2]!;
    return true;
  }

  /**
   * Takes the earliest event out and sets the clock to its time. Where in `records` its opcode and arguments are, good
   * until something is scheduled; -1, and nothing done, when none is pending at or before `until`.
   */
  protected take(until: number): number {
    if (this.rootIsOpen === true) this.closeRoot();
    const times = this.heapTimes;
    const time = times[ROOT]!;
    // False when the heap is empty, too: all three are Infinity then.
    if (this.currentCount === 0 && time <= until && times[2 * ROOT]! > time && times[2 * ROOT + 1]! > time) {
      const ticket = this.heapTickets[ROOT]!;
      const records = this.records;
      const record = (ticket & this.mask) << 2;
      if (records[record | 3] === ticket) {
        records[record | 3] = FREE;
        this.taken--;
        this.rootIsOpen = true;
        this.time = time;
        return record;
      }
    }
    return this.takeUnusual(until);
  }

  /** `take` for whatever may come: events at the current time, ties, stale and moved ones, an empty heap. */
  private takeUnusual(until: number): number {
    if (this.currentCount > 0) {
      const record = this.takeCurrent(until);
      if (record >= 0) return record;
    }
    for (;;) {
      if (this.rootIsOpen === true) this.closeRoot();
      if (this.entries === 0 && !this.refill()) return -1;
      const times = this.heapTimes;
      const time = times[ROOT]!;
      if (time > until) return -1;
      if (times[2 * ROOT] === time || times[2 * ROOT + 1] === time) {
        const record = this.takeTied(time);
        if (record >= 0) return record;
        continue;
      }
      const ticket = this.heapTickets[ROOT]!;
      this.rootIsOpen = true;
      const record = this.settle(ticket);
      if (record >= 0) {
        this.time = time;
        return record;
      }
    }
  }

  /**
   * Moves the clock forward where no event is.
   * @throws RangeError when an earlier event is pending, or `time` is before `this.time`, or not finite.
   */
  advanceTo(time: number): void {
    if (!(time >= this.time && time < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`the clock is at ${this.time} and cannot be moved to ${time}`);
    }
    if (time === this.time) return;
    const next = this.nextTime;
    if (time > next) {
      throw new RangeError(`the clock cannot be moved to ${time}: an event is pending at ${next}`);
    }
    this.time = time;
    if (time === next) this.gatherCurrent(time);
  }

  /** Removes every event and sets the clock back to 0; room and tickets are kept, so old handles stay stale. */
  clear(): void {
    this.heapTimes.fill(Number.POSITIVE_INFINITY, ROOT, this.entries + 1);
    this.forgetAll();
    this.entries = 0;
    this.rootIsOpen = false;
    this.currentCount = 0;
    this.ladder.clear();
    this.time = 0;
  }

  /** Adds an event at `due`. One function with all of it, because of its size (see there). */
  protected place(opcode: number, a: number, b: number): number {
    const due = this.due;
    const isCurrent = due === this.time;
    if (!(isCurrent || (due > this.time && due < Number.POSITIVE_INFINITY))) this.refuse();

    if (++this.taken << 1 > this.mask + 1) this.growRecords();
    const records = this.records;
    const mask = this.mask;
    let ticket = this.nextTicket;
    let record = (ticket & mask) << 2;
    while (records[record | 3] !== FREE) {
      ticket = (ticket + 1) & TICKET_MASK;
      record = (ticket & mask) << 2;
    }
    this.nextTicket = (ticket + 1) & TICKET_MASK;
    // As integers, which the engine is not told by an array's type: it would go by way of a double.
    records[record] = opcode | 0;
    records[record | 1] = a | 0;
    records[record | 2] = b | 0;
    records[record | 3] = ticket;

    if (isCurrent) {
      this.appendCurrent(ticket);
      return ticket;
    }
    if (this.rootIsOpen !== true && this.entries === this.room) this.makeRoom();
    const ladder = this.ladder;
    if (ladder.depth > 0) {
      ladder.due = due;
      if (ladder.offer(ticket)) return ticket;
    }
    const times = this.heapTimes;
    const tickets = this.heapTickets;
    let place = ROOT;
    if (this.rootIsOpen === true) {
      this.rootIsOpen = false;
      const entries = this.entries;
      for (;;) {
        let child = place << 1;
        if (child > entries) break;
        // The comparison as a number instead of a branch: which child is earlier cannot be predicted.
        child += +(times[child + 1]! < times[child]!);
        const childTime = times[child]!;
        if (childTime >= due) break;
        times[place] = childTime;
        tickets[place] = tickets[child]!;
        place = child;
      }
    } else {
      place = ++this.entries;
      while (place > ROOT) {
        const parent = place >> 1;
        const parentTime = times[parent]!;
        if (parentTime <= due) break;
        times[place] = parentTime;
        tickets[place] = tickets[parent]!;
        place = parent;
      }
    }
    times[place] = due;
    tickets[place] = ticket;
    return ticket;
  }

  private refuse(): never {
    const { due, time } = this;
    throw new RangeError(
      Number.isFinite(due)
        ? `an event was scheduled at ${due}, before the clock at ${time}`
        : `an event was scheduled at ${due}, which is not a finite time (clock at ${time})`,
    );
  }

  // Events at the current time

  private appendCurrent(ticket: number): void {
    if (this.currentCount === this.current.length) this.growCurrent();
    const current = this.current;
    current[(this.currentHead + this.currentCount) & (current.length - 1)] = ticket;
    this.currentCount++;
  }

  private nextCurrent(): number {
    const ticket = this.current[this.currentHead]!;
    this.currentHead = (this.currentHead + 1) & (this.current.length - 1);
    this.currentCount--;
    return ticket;
  }

  private dropStaleCurrent(): void {
    while (this.currentCount > 0 && !this.isLive(this.current[this.currentHead]!)) this.nextCurrent();
  }

  private takeCurrent(until: number): number {
    if (this.time > until) return -1;
    while (this.currentCount > 0) {
      const record = this.settle(this.nextCurrent());
      if (record >= 0) return record;
    }
    return -1;
  }

  private takeTied(time: number): number {
    this.gatherCurrent(time);
    while (this.currentCount > 0) {
      const record = this.settle(this.nextCurrent());
      if (record >= 0) {
        this.time = time;
        return record;
      }
    }
    return -1;
  }

  /** Moves every live event at `time`, the earliest in the heap, to the empty buffer of current events. */
  private gatherCurrent(time: number): void {
    this.currentHead = 0;
    if (this.rootIsOpen === true) this.closeRoot();
    while (this.entries > 0 && this.heapTimes[ROOT] === time) {
      const ticket = this.heapTickets[ROOT]!;
      if (this.isLive(ticket)) this.appendCurrent(ticket);
      this.rootIsOpen = true;
      this.closeRoot();
    }
    sortByAge(this.current, this.currentCount, this.nextTicket);
  }

  private growCurrent(): void {
    const old = this.current;
    const grown = new Int32Array(2 * old.length);
    for (let i = 0; i < old.length; i++) grown[i] = old[(this.currentHead + i) & (old.length - 1)]!;
    this.current = grown;
    this.currentHead = 0;
  }

  // The heap of future events

  /** Fills the root's open place with the last entry. */
  private closeRoot(): void {
    const last = this.entries--;
    this.siftedTime = this.heapTimes[last]!;
    this.heapTimes[last] = Number.POSITIVE_INFINITY;
    this.rootIsOpen = false;
    if (last > ROOT) this.siftDown(ROOT, this.heapTickets[last]!);
  }

  private dropStaleRoots(): void {
    if (this.rootIsOpen === true) this.closeRoot();
    while (this.entries > 0 || this.refill()) {
      if (this.isLive(this.heapTickets[ROOT]!)) return;
      this.closeRoot();
    }
  }

  private siftDown(from: number, ticket: number): void {
    const time = this.siftedTime;
    const times = this.heapTimes;
    const tickets = this.heapTickets;
    const entries = this.entries;
    let place = from;
    for (;;) {
      let child = place << 1;
      if (child > entries) break;
      child += +(times[child + 1]! < times[child]!);
      const childTime = times[child]!;
      if (childTime >= time) break;
      times[place] = childTime;
      tickets[place] = tickets[child]!;
      place = child;
    }
    times[place] = time;
    tickets[place] = ticket;
  }

  private sweepWhenMostAreStale(): void {
    if (this.entries + this.ladder.count > 2 * this.size + SWEEP_FLOOR) this.sweep();
  }

  private sweep(): void {
    if (this.rootIsOpen === true) this.closeRoot();
    if (this.ladder.count > 0) this.ladder.keep((ticket) => this.isLive(ticket));
    this.keepLive(this.entries);
    this.heapify();
  }

  /** Drops the stale ones of `count` entries in the heap's arrays; those left are the heap's, in no order yet. */
  private keepLive(count: number): void {
    const times = this.heapTimes;
    const tickets = this.heapTickets;
    let kept = 0;
    for (let place = ROOT; place <= count; place++) {
      const ticket = tickets[place]!;
      if (!this.isLive(ticket)) continue;
      kept++;
      times[kept] = times[place]!;
      tickets[kept] = ticket;
    }
    times.fill(Number.POSITIVE_INFINITY, kept + 1, count + 1);
    this.entries = kept;
  }

  private heapify(): void {
    const times = this.heapTimes;
    for (let place = this.entries >> 1; place >= ROOT; place--) {
      this.siftedTime = times[place]!;
      this.siftDown(place, this.heapTickets[place]!);
    }
  }

  /** Brings the ladder's next events into the empty heap. False when there are none. */
  private refill(): boolean {
    for (;;) {
      const count = this.ladder.advance();
      if (count === 0) return false;
      this.reserve(count);
      this.ladder.drain(this.heapTimes, this.heapTickets);
      this.keepLive(count);
      if (this.entries > CUT_ABOVE && this.moveToLadder()) continue;
      if (this.entries === 0) continue;
      this.reserve(Math.max(this.heapLimit, 2 * this.entries));
      this.heapify();
      return true;
    }
  }

  /** Moves all of the heap to the ladder; `refill` is to follow. False, and nothing done, when that would not help. */
  private moveToLadder(): boolean {
    if (!this.ladder.spread(this.heapTimes, this.heapTickets, this.entries)) return false;
    this.heapTimes.fill(Number.POSITIVE_INFINITY, ROOT, this.entries + 1);
    this.entries = 0;
    return true;
  }

  private makeRoom(): void {
    if (this.entries >= this.heapLimit && this.moveToLadder()) this.refill();
    else this.reserve(2 * this.entries);
  }

  /** Has room for so many entries in the heap's arrays. */
  private reserve(entries: number): void {
    this.room = entries;
    if (entries + 3 <= this.heapTimes.length) return;
    const length = Math.max(entries + 3, 2 * this.heapTimes.length);
    const times = new Float64Array(length).fill(Number.POSITIVE_INFINITY);
    times.set(this.heapTimes);
    const tickets = new Int32Array(length);
    tickets.set(this.heapTickets);
    this.heapTimes = times;
    this.heapTickets = tickets;
  }
}
