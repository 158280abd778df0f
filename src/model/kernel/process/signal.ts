import { Awaitable, type Waiter, WaitList } from './awaitable.ts';

/** Something that happens once, with a value; who waits for it later has the value at once. */
export class Signal<T = void> extends Awaitable<T> {
  private readonly waiters = new WaitList();
  private fired = false;
  private result: T | undefined = undefined;

  get hasFired(): boolean {
    return this.fired;
  }

  /** @throws Error when it has fired before. */
  fire(value: T): void {
    if (this.fired) throw new Error('a signal fires only once; use a Condition for what happens again');
    this.fired = true;
    this.result = value;
    for (let waiter = this.waiters.takeFirst(); waiter !== null; waiter = this.waiters.takeFirst()) {
      waiter.grant(value);
    }
  }

  override begin(waiter: Waiter): boolean {
    if (this.fired) {
      waiter.value = this.result;
      return true;
    }
    this.waiters.add(waiter);
    return false;
  }

  override withdraw(waiter: Waiter): void {
    this.waiters.remove(waiter);
  }
}
