/** Whole numbers, first come first served. Grows as needed. */
export class IntQueue {
  length = 0;
  private head = 0;
  private values = new Int32Array(16);

  push(value: number): void {
    if (this.length === this.values.length) this.grow();
    this.values[(this.head + this.length) & (this.values.length - 1)] = value;
    this.length++;
  }

  /** The one at a place from the front. */
  at(place: number): number {
    return this.values[(this.head + place) & (this.values.length - 1)]!;
  }

  shift(): number {
    const value = this.values[this.head]!;
    this.head = (this.head + 1) & (this.values.length - 1);
    this.length--;
    return value;
  }

  private grow(): void {
    const values = new Int32Array(2 * this.values.length);
    for (let i = 0; i < this.length; i++) values[i] = this.at(i);
    this.values = values;
    this.head = 0;
  }
}
