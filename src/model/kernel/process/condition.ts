import { Awaitable, type Waiter, WaitList } from './awaitable.ts';

/**
 * Something that happens again and again: who waits is woken by the next notification after, never by one before.
 * As with a monitor's condition variable, the woken look again at what they wait for:
 * `while (!ready) yield condition`.
 */
export class Condition extends Awaitable<void> {
  private readonly waiters = new WaitList();

  /** How many wait. */
  get waiting(): number {
    return this.waiters.size;
  }

  /** Wakes who has waited longest. */
  notify(): void {
    this.waiters.takeFirst()?.grant(undefined);
  }

  /** Wakes all who wait now. */
  notifyAll(): void {
    // As many as wait now: the woken run later, so none of them can come back into the list meanwhile.
    for (let left = this.waiters.size; left > 0; left--) this.notify();
  }

  override begin(waiter: Waiter): boolean {
    this.waiters.add(waiter);
    return false;
  }

  override withdraw(waiter: Waiter): void {
    this.waiters.remove(waiter);
  }
}
