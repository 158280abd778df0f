/** What a process may yield: a delay (see `hold`), or something to wait for. */
export type Command = number | Awaitable<unknown>;

/**
 * Something that can be waited for: `yield thing` waits, and `yield* thing` waits and has the result with its type.
 *
 * The methods are the contract between things to wait for and those who wait; models do not call them.
 */
export abstract class Awaitable<T> {
  /**
   * The waiter asks, with `waiter.awaiting` set to this. Returns true when it need not wait, with the result in `waiter.value`; otherwise the waiter is
   * remembered and `grant` called on it later, once.
   */
  abstract begin(waiter: Waiter): boolean;

  /** A waiter that was not granted waits no longer. */
  abstract withdraw(waiter: Waiter): void;

  /** A waiter that was granted was interrupted before it could take the result: undo the grant. */
  giveBack(_value: T): void {}

  *[Symbol.iterator](): Generator<Command, T, unknown> {
    return (yield this) as T;
  }
}

/** One who waits: a process, or a branch of a combination. In at most one list at a time. */
export abstract class Waiter {
  /** Result of what was waited for. */
  value: unknown = undefined;
  awaiting: Awaitable<unknown> | null = null;
  priority = 0;
  list: WaitList | null = null;
  previous: Waiter | null = null;
  next: Waiter | null = null;

  abstract grant(value: unknown): void;
}

/** Waiters, lower priority number first, first come first served among equals. Nothing is allocated. */
export class WaitList {
  first: Waiter | null = null;
  private last: Waiter | null = null;
  private length = 0;

  get size(): number {
    return this.length;
  }

  add(waiter: Waiter): void {
    let before = this.last;
    while (before !== null && before.priority > waiter.priority) before = before.previous;
    const after = before === null ? this.first : before.next;
    waiter.list = this;
    waiter.previous = before;
    waiter.next = after;
    if (before === null) this.first = waiter;
    else before.next = waiter;
    if (after === null) this.last = waiter;
    else after.previous = waiter;
    this.length++;
  }

  remove(waiter: Waiter): void {
    if (waiter.list !== this) return;
    const { previous, next } = waiter;
    if (previous === null) this.first = next;
    else previous.next = next;
    if (next === null) this.last = previous;
    else next.previous = previous;
    waiter.list = null;
    waiter.previous = null;
    waiter.next = null;
    this.length--;
  }

  takeFirst(): Waiter | null {
    const waiter = this.first;
    if (waiter !== null) this.remove(waiter);
    return waiter;
  }
}
