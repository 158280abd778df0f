/** The key of a slot that waits for nothing. */
export const NEVER = Number.POSITIVE_INFINITY;

/**
 * The earliest of a fixed set of slots, each of which waits for one thing at a time: an indexed heap of four
 * children a place. Moving a slot's key costs O(log n) and leaves nothing behind, which is what the fluid engine does
 * most: a kernel EventQueue keeps cancelled entries for a while and would be full of them. Equal keys go by slot number.
 */
export class SlotQueue {
  /** Slots and their keys in heap order, and each slot's place in it, -1 when it is not in. */
  private readonly heap: Int32Array;
  private readonly ranked: Float64Array;
  private readonly places: Int32Array;
  private size = 0;

  constructor(slots: number) {
    this.heap = new Int32Array(slots);
    this.ranked = new Float64Array(slots);
    this.places = new Int32Array(slots).fill(-1);
  }

  /** The earliest key; NEVER when nothing is waited for. */
  get nextKey(): number {
    return this.size === 0 ? NEVER : this.ranked[0]!;
  }

  /** The slot with the earliest key; there must be one. */
  get nextSlot(): number {
    return this.heap[0]!;
  }

  /** Gives a slot a key; NEVER takes it out. */
  set(slot: number, key: number): void {
    const place = this.places[slot]!;
    if (key === NEVER) {
      if (place >= 0) this.takeOut(place);
      return;
    }
    if (place < 0) this.rise(slot, key, this.size++);
    else if (key < this.ranked[place]!) this.rise(slot, key, place);
    else this.sink(slot, key, place);
  }

  private takeOut(place: number): void {
    const { heap, ranked } = this;
    this.places[heap[place]!] = -1;
    this.size--;
    if (place === this.size) return;
    const last = heap[this.size]!;
    const key = ranked[this.size]!;
    if (place > 0 && this.isBefore(key, last, (place - 1) >> 2)) this.rise(last, key, place);
    else this.sink(last, key, place);
  }

  private rise(slot: number, key: number, from: number): void {
    const { ranked, heap, places } = this;
    let place = from;
    while (place > 0) {
      const parent = (place - 1) >> 2;
      const aboveKey = ranked[parent]!;
      const above = heap[parent]!;
      if (key > aboveKey || (key === aboveKey && slot > above)) break;
      ranked[place] = aboveKey;
      heap[place] = above;
      places[above] = place;
      place = parent;
    }
    ranked[place] = key;
    heap[place] = slot;
    places[slot] = place;
  }

  private sink(slot: number, key: number, from: number): void {
    const { ranked, heap, places, size } = this;
    let place = from;
    for (;;) {
      const first = 4 * place + 1;
      if (first >= size) break;
      const end = Math.min(first + 4, size);
      let child = first;
      let belowKey = ranked[first]!;
      for (let other = first + 1; other < end; other++) {
        const otherKey = ranked[other]!;
        if (otherKey > belowKey || (otherKey === belowKey && heap[other]! > heap[child]!)) continue;
        child = other;
        belowKey = otherKey;
      }
      const below = heap[child]!;
      if (belowKey > key || (belowKey === key && below > slot)) break;
      ranked[place] = belowKey;
      heap[place] = below;
      places[below] = place;
      place = child;
    }
    ranked[place] = key;
    heap[place] = slot;
    places[slot] = place;
  }

  private isBefore(key: number, slot: number, place: number): boolean {
    const other = this.ranked[place]!;
    return key < other || (key === other && slot < this.heap[place]!);
  }
}
