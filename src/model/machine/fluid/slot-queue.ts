/** The key of a slot that waits for nothing. */
export const NEVER = Number.POSITIVE_INFINITY;

/**
 * The earliest of a fixed set of slots, each of which waits for one thing at a time: an indexed binary heap. Moving
 * a slot's key costs O(log n) and leaves nothing behind, which is what the fluid engine does most: a kernel EventQueue
 * keeps cancelled entries for a while and would be full of them. Equal keys go by slot number.
 */
export class SlotQueue {
  private readonly keys: Float64Array;
  /** Slots in heap order, and each slot's place in it, -1 when it is not in. */
  private readonly heap: Int32Array;
  private readonly places: Int32Array;
  private size = 0;

  constructor(slots: number) {
    this.keys = new Float64Array(slots).fill(NEVER);
    this.heap = new Int32Array(slots);
    this.places = new Int32Array(slots).fill(-1);
  }

  /** The earliest key; NEVER when nothing is waited for. */
  get nextKey(): number {
    return this.size === 0 ? NEVER : this.keys[this.heap[0]!]!;
  }

  /** The slot with the earliest key; there must be one. */
  get nextSlot(): number {
    return this.heap[0]!;
  }

  keyOf(slot: number): number {
    return this.keys[slot]!;
  }

  /** Gives a slot a key; NEVER takes it out. */
  set(slot: number, key: number): void {
    const place = this.places[slot]!;
    if (key === NEVER) {
      this.keys[slot] = key;
      if (place >= 0) this.takeOut(place);
      return;
    }
    const before = this.keys[slot]!;
    this.keys[slot] = key;
    if (place < 0) this.rise(slot, this.size++);
    else if (key < before) this.rise(slot, place);
    else if (key > before) this.sink(slot, place);
  }

  private takeOut(place: number): void {
    const { heap, places } = this;
    places[heap[place]!] = -1;
    this.size--;
    if (place === this.size) return;
    const last = heap[this.size]!;
    if (place > 0 && this.isBefore(last, heap[(place - 1) >> 1]!)) this.rise(last, place);
    else this.sink(last, place);
  }

  private rise(slot: number, from: number): void {
    const { keys, heap, places } = this;
    const key = keys[slot]!;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = heap[parent]!;
      const aboveKey = keys[above]!;
      if (key > aboveKey || (key === aboveKey && slot > above)) break;
      heap[place] = above;
      places[above] = place;
      place = parent;
    }
    heap[place] = slot;
    places[slot] = place;
  }

  private sink(slot: number, from: number): void {
    const { keys, heap, places, size } = this;
    const key = keys[slot]!;
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      let below = heap[child]!;
      let belowKey = keys[below]!;
      if (child + 1 < size) {
        const other = heap[child + 1]!;
        const otherKey = keys[other]!;
        if (otherKey < belowKey || (otherKey === belowKey && other < below)) {
          child++;
          below = other;
          belowKey = otherKey;
        }
      }
      if (belowKey > key || (belowKey === key && below > slot)) break;
      heap[place] = below;
      places[below] = place;
      place = child;
    }
    heap[place] = slot;
    places[slot] = place;
  }

  private isBefore(a: number, b: number): boolean {
    const keyA = this.keys[a]!;
    const keyB = this.keys[b]!;
    return keyA < keyB || (keyA === keyB && a < b);
  }
}
