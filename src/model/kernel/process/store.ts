import { Awaitable, type Waiter, WaitList } from './awaitable.ts';
import { Ring } from './ring.ts';

/** A line of items between processes, first in first out, with room for `capacity` of them. */
export class Store<T> {
  readonly capacity: number;
  private readonly items = new Ring<T>();
  private readonly getters = new WaitList();
  private readonly putters = new WaitList();
  private readonly getting: Get<T>;

  constructor(capacity = Number.POSITIVE_INFINITY) {
    if (!(capacity >= 1)) throw new RangeError(`a store needs room for at least one item, got ${capacity}`);
    this.capacity = capacity;
    this.getting = new Get(this);
  }

  /** Items in the store. */
  get size(): number {
    return this.items.size;
  }

  /** To wait for: the oldest item, which leaves the store. */
  get(): Awaitable<T> {
    return this.getting;
  }

  /** To wait for: room for the item, which then enters the store. */
  put(item: T): Awaitable<void> {
    return new Put(this, item);
  }

  /** Puts the item in without waiting. @returns false, and nothing done, when there is no room. */
  offer(item: T): boolean {
    const getter = this.getters.takeFirst();
    if (getter !== null) {
      getter.grant(item);
      return true;
    }
    if (this.items.size >= this.capacity) return false;
    this.items.push(item);
    return true;
  }

  /** For `Get`. */
  takeFor(waiter: Waiter): boolean {
    if (this.items.size === 0) {
      this.getters.add(waiter);
      return false;
    }
    waiter.value = this.items.shift();
    this.admit();
    return true;
  }

  /** For `Get`: an item that was granted and not taken goes to the next, or back to the front. */
  takeBack(item: T): void {
    const getter = this.getters.takeFirst();
    if (getter !== null) getter.grant(item);
    else this.items.unshift(item);
  }

  /** For `Put`. */
  putFor(item: T, waiter: Waiter): boolean {
    if (this.putters.size === 0 && this.offer(item)) return true;
    this.putters.add(waiter);
    return false;
  }

  /** For `Get` and `Put`. */
  leaveLines(waiter: Waiter): void {
    this.getters.remove(waiter);
    this.putters.remove(waiter);
  }

  private admit(): void {
    while (this.items.size < this.capacity) {
      const putter = this.putters.takeFirst();
      if (putter === null) return;
      this.items.push((putter.awaiting as Put<T>).item);
      putter.grant(undefined);
    }
  }
}

class Get<T> extends Awaitable<T> {
  private readonly store: Store<T>;

  constructor(store: Store<T>) {
    super();
    this.store = store;
  }

  override begin(waiter: Waiter): boolean {
    return this.store.takeFor(waiter);
  }

  override withdraw(waiter: Waiter): void {
    this.store.leaveLines(waiter);
  }

  override giveBack(item: T): void {
    this.store.takeBack(item);
  }
}

/** A putter whose item was let in has put it: interrupting it later takes nothing back. */
class Put<T> extends Awaitable<void> {
  readonly item: T;
  private readonly store: Store<T>;

  constructor(store: Store<T>, item: T) {
    super();
    this.store = store;
    this.item = item;
  }

  override begin(waiter: Waiter): boolean {
    return this.store.putFor(this.item, waiter);
  }

  override withdraw(waiter: Waiter): void {
    this.store.leaveLines(waiter);
  }
}
