const FIRST_CAPACITY = 16;

/** A first-in first-out buffer that grows; nothing is allocated in steady state. */
export class Ring<T> {
  private items: (T | undefined)[] = new Array<T | undefined>(FIRST_CAPACITY).fill(undefined);
  private head = 0;
  private count = 0;

  get size(): number {
    return this.count;
  }

  push(item: T): void {
    if (this.count === this.items.length) this.grow();
    this.items[(this.head + this.count++) & (this.items.length - 1)] = item;
  }

  /** Puts an item back where `shift` took it from. */
  unshift(item: T): void {
    if (this.count === this.items.length) this.grow();
    this.head = (this.head - 1) & (this.items.length - 1);
    this.items[this.head] = item;
    this.count++;
  }

  /** @throws RangeError when empty. */
  shift(): T {
    if (this.count === 0) throw new RangeError('nothing is in the buffer');
    const item = this.items[this.head] as T;
    this.items[this.head] = undefined;
    this.head = (this.head + 1) & (this.items.length - 1);
    this.count--;
    return item;
  }

  private grow(): void {
    const old = this.items;
    this.items = Array.from({ length: 2 * old.length }, (_, i) => old[(this.head + i) & (old.length - 1)]);
    this.items.fill(undefined, this.count);
    this.head = 0;
  }
}
