import { EventQueue } from './event-queue.ts';

/** What a model does when an event is due. The clock is already at the event's time. */
export interface EventHandler {
  /** @param opcode, a and b: as given when the event was scheduled. A `switch` over the opcodes is the fast form. */
  handle(opcode: number, a: number, b: number): void;
}

/**
 * The clock and the loop: takes pending events in order of time, first come first served among equal times, and
 * hands each to the model.
 *
 * Times are in the model's unit; nestmark's are whole nanoseconds (units.ts), exact up to 2^53.
 */
export class Simulation extends EventQueue {
  private handled = 0;
  private stopped = false;

  get now(): number {
    return this.time;
  }

  /** Events handled so far. */
  get events(): number {
    return this.handled;
  }

  /** Events scheduled and not yet handled or cancelled. */
  get pending(): number {
    return this.size;
  }

  /**
   * Schedules an event and returns its handle (see EventQueue.schedule).
   * @throws RangeError when `time` is before the clock, or not finite.
   */
  at(time: number, opcode: number, a: number, b: number): number {
    this.due = time;
    return this.place(opcode, a, b);
  }

  /**
   * Schedules an event `delay` from now and returns its handle.
   * @throws RangeError when `delay` is negative, or not finite.
   */
  after(delay: number, opcode: number, a: number, b: number): number {
    this.due = this.time + delay;
    return this.place(opcode, a, b);
  }

  /**
   * Handles every event at or before `end` and leaves the clock at `end`. After `stop()` it returns at once, with
   * the clock at the event that stopped it; running again goes on from there.
   *
   * @returns how many events it handled.
   * @throws RangeError when `end` is before the clock, or not finite; and whatever the model throws.
   */
  runUntil(end: number, handler: EventHandler): number {
    const handled = this.run(end, handler);
    if (!this.stopped) this.advanceTo(end);
    return handled;
  }

  /** Handles events until none is pending or `stop()` is called. @returns how many events it handled. */
  runToEnd(handler: EventHandler): number {
    return this.run(Number.POSITIVE_INFINITY, handler);
  }

  /** Makes the run return after the event being handled. */
  stop(): void {
    this.stopped = true;
  }

  private run(end: number, handler: EventHandler): number {
    const before = this.handled;
    this.stopped = false;
    for (;;) {
      const record = this.take(end);
      if (record < 0) break;
      const records = this.records;
      this.handled++;
      handler.handle(records[record]!, records[record | 1]!, records[record | 2]!);
      // The handler may have stopped it. Compared as `rootIsOpen` is (EventQueue).
      if ((this.stopped as boolean) === true) break;
    }
    return this.handled - before;
  }
}
