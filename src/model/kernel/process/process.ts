import { Awaitable, type Command, Waiter } from './awaitable.ts';
import { Signal } from './signal.ts';

/** What a process does: a generator that yields what it waits for. Its return value goes to who waits for its end. */
export type ProcessBody<T = void> = Generator<Command, T, unknown>;

/** Thrown inside a process that another one interrupts, at the `yield` where it waits. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  /** What the interrupter gave as the reason. */
  readonly reason: unknown;

  constructor(reason: unknown) {
    super('interrupted while waiting');
    this.reason = reason;
  }
}

/**
 * Waits `delay` from now: `yield hold(5)`. A plain number, so that holding allocates nothing.
 * @throws RangeError when the delay is negative or not finite.
 */
export function hold(delay: number): number {
  if (!(delay >= 0 && delay < Number.POSITIVE_INFINITY)) throw new RangeError(`cannot hold for ${delay}`);
  return delay;
}

/** What a process needs of the simulation it runs in. */
export interface ProcessScheduler {
  /** Runs the process on after `delay`. @returns the event's handle. */
  resumeAfter(delay: number, process: Process): number;
  cancel(event: number): boolean;
  retire(process: Process): void;
}

/**
 * - `due`: an event is pending that runs it on (it holds, was granted what it waited for, or has not begun);
 * - `waiting`: for something that is yet to be granted;
 * - `running`: now, or it started something that is;
 * - `ended`: returned or threw.
 */
export type ProcessState = 'due' | 'waiting' | 'running' | 'ended';

/** A process of a `ProcessSimulation`. Wait for its end with `yield* process.end`. */
export class Process<T = unknown> extends Waiter {
  /** Fires with the body's return value. An error that the body does not catch comes out of the run instead. */
  readonly end = new Signal<T>();
  /** Place in the simulation's table while it lives. */
  readonly id: number;
  private readonly scheduler: ProcessScheduler;
  private readonly body: ProcessBody<T>;
  private current: ProcessState = 'due';
  private event: number;
  private hasBegun = false;
  /** What is to be thrown at the yield where it waits, one after the other. */
  private thrown: unknown[] | null = null;

  /** Made by `ProcessSimulation.start`. */
  constructor(id: number, scheduler: ProcessScheduler, body: ProcessBody<T>, delay: number) {
    super();
    this.id = id;
    this.scheduler = scheduler;
    this.body = body;
    this.event = scheduler.resumeAfter(delay, this as Process);
  }

  get state(): ProcessState {
    return this.current;
  }

  /**
   * Makes the process leave what it waits for and throws `Interrupted` there, at the current time. Its place in a
   * line, or what it was granted and had not yet taken, goes to the next. A process that has not begun is
   * interrupted at its first `yield`.
   *
   * @throws Error when it has ended, or interrupts itself.
   */
  interrupt(reason?: unknown): void {
    if (this.current === 'ended') throw new Error('a process that has ended cannot be interrupted');
    if (this.current === 'running') throw new Error('a running process cannot be interrupted: not by itself');
    const wasInterrupted = this.thrown !== null;
    this.thrown ??= [];
    this.thrown.push(new Interrupted(reason));
    if (wasInterrupted || !this.hasBegun) return;
    if (this.current === 'waiting') this.awaiting?.withdraw(this);
    else {
      this.scheduler.cancel(this.event);
      this.awaiting?.giveBack(this.value);
    }
    this.awaiting = null;
    this.value = undefined;
    this.makeDue(0);
  }

  /** Called by what it waits for. */
  override grant(value: unknown): void {
    this.value = value;
    this.makeDue(0);
  }

  /** Runs the body on to where it next waits. Called by the simulation. */
  resume(): void {
    this.current = 'running';
    this.awaiting = null;
    try {
      for (;;) {
        const goesOn = this.thrown === null || !this.hasBegun;
        this.hasBegun = true;
        const step = goesOn ? this.body.next(this.take()) : this.body.throw(this.takeThrown());
        if (step.done === true) {
          this.finish();
          this.end.fire(step.value);
          return;
        }
        if (this.thrown === null && !this.beginToWait(step.value)) return;
      }
    } catch (error) {
      if (this.state !== 'ended') this.finish();
      throw error;
    }
  }

  /** True when it need not wait. What cannot be waited for is thrown at the yield, so that the body can clean up. */
  private beginToWait(command: Command): boolean {
    try {
      if (typeof command === 'number') {
        this.makeDue(hold(command));
        return false;
      }
      if (!(command instanceof Awaitable)) {
        throw new TypeError(`a process can yield a delay or something to wait for, not ${String(command)}`);
      }
      this.awaiting = command;
      if (!command.begin(this)) {
        this.current = 'waiting';
        return false;
      }
    } catch (error) {
      this.thrown = [error];
    }
    this.awaiting = null;
    return true;
  }

  private makeDue(delay: number): void {
    this.event = this.scheduler.resumeAfter(delay, this as Process);
    this.current = 'due';
  }

  private take(): unknown {
    const value = this.value;
    this.value = undefined;
    return value;
  }

  private takeThrown(): unknown {
    const thrown = this.thrown!;
    const first = thrown.shift();
    if (thrown.length === 0) this.thrown = null;
    return first;
  }

  private finish(): void {
    this.current = 'ended';
    this.scheduler.retire(this as Process);
  }
}
