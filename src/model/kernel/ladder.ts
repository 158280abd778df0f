/** A bucket's entries are kept in chunks of so many: two cache lines of times and tickets. */
const CHUNK_BITS = 3;
const CHUNK_MASK = 2 ** CHUNK_BITS - 1;
const FIRST_CHUNKS = 64;

/** Entries aimed at in a bucket. Fewer, and buckets cost more than they save; more, and the heap they go to is deep. */
const AIMED_AT = 8;
/** Buckets of a rung, at most: the chunk that each is filling should stay in the second-level cache. */
const MOST_BUCKETS = 1024;
/** A bucket with more entries than this is worth a rung of its own. */
export const CUT_ABOVE = 128;
const MOST_RUNGS = 8;

const NO_CHUNK = -1;

/**
 * Where the entries of far events wait, unsorted, until their time is near: a ladder queue (Tang, Goh and Thng, "Ladder
 * queue: an O(1) priority queue structure for large-scale discrete event simulation", ACM TOMACS 15(3), 2005) whose
 * bottom is the caller's heap.
 *
 * A rung cuts a stretch of time into buckets of one width; its last bucket takes all that is beyond. Buckets are handed
 * to the heap one after the other, each when the heap has used up those before it; one that holds many entries is cut
 * into a further rung instead. Which bucket of a rung a time falls in is computed in one way only, which never falls as
 * the time grows: so rounding puts nothing out of order, and equal times are always together.
 *
 * An entry is written when it comes and copied once for every rung it is passed down, always beside the entry before it
 * in its bucket; a heap of as many entries reads and writes along a path from its last place to its root.
 */
export class Ladder {
  /** Entries held. */
  count = 0;
  /** Rungs in use. With none, every time is near. */
  depth = 0;
  /** Time of the entry that `offer` takes; in a field, as the engine may put an argument on the heap (see EventQueue). */
  due = Number.NaN;

  /** Time and ticket of an entry, over the same bytes: the first of two doubles, the third of four 32-bit fields. */
  private times = new Float64Array(0);
  private tickets = new Int32Array(0);
  /** The next chunk of the same bucket, or of those that are free. */
  private following = new Int32Array(0);
  private freeChunk = NO_CHUNK;

  /** All rungs' buckets, one rung's behind the other's: how many entries, and the chunk that is being filled. */
  private counts = new Int32Array(0);
  private chunks = new Int32Array(0);

  /** Of each rung: where it starts, buckets a unit of time, its first and last bucket, the bucket handed out last. */
  private readonly starts = new Float64Array(MOST_RUNGS);
  private readonly densities = new Float64Array(MOST_RUNGS);
  private readonly firsts = new Int32Array(MOST_RUNGS);
  private readonly lasts = new Int32Array(MOST_RUNGS);
  private readonly reached = new Int32Array(MOST_RUNGS);
  /** The bucket that `advance` found. */
  private opened = 0;

  /** Takes the entry at `due`; false when that is near, so that it belongs in the heap. */
  offer(ticket: number): boolean {
    const due = this.due;
    for (let rung = 0; rung < this.depth; rung++) {
      const first = this.firsts[rung]!;
      const width = this.lasts[rung]! - first;
      const position = (due - this.starts[rung]!) * this.densities[rung]!;
      const bucket = first + (position < width ? (position > 0 ? position | 0 : 0) : width);
      if (bucket > this.reached[rung]!) {
        this.put(bucket, ticket);
        return true;
      }
    }
    return false;
  }

  /**
   * Takes the entries of a heap, places 1 to `count`, into a new rung below the others; `advance` is to follow. False,
   * and nothing done, when a rung would not tell them apart.
   */
  spread(times: Float64Array, tickets: Int32Array, count: number): boolean {
    if (this.depth === MOST_RUNGS) return false;
    let earliest = times[1]!;
    let latest = earliest;
    let sum = 0;
    for (let place = 1; place <= count; place++) {
      const time = times[place]!;
      sum += time;
      if (time < earliest) earliest = time;
      if (time > latest) latest = time;
    }
    // As many to a bucket as aimed at where times lie as densely as between the earliest and twice the mean: few far
    // ones should not make the buckets of the others wide.
    const wanted = count / (2 * AIMED_AT * (sum / count - earliest));
    const density = Math.min(wanted, (MOST_BUCKETS - 2) / (latest - earliest));
    if (!(density > 0 && density < Number.POSITIVE_INFINITY)) return false;

    const width = Math.ceil((latest - earliest) * density);
    const first = this.addRung(earliest, density, width);
    for (let place = 1; place <= count; place++) {
      const position = (times[place]! - earliest) * density;
      this.due = times[place]!;
      this.put(first + (position < width ? position | 0 : width), tickets[place]!);
    }
    return true;
  }

  /**
   * Goes to the next bucket that holds entries, which `drain` is to take: times up to its end are near from now on.
   * @returns how many it holds; 0 when there are no more.
   */
  advance(): number {
    while (this.depth > 0) {
      const rung = this.depth - 1;
      const last = this.lasts[rung]!;
      let bucket = this.reached[rung]! + 1;
      while (bucket < last && this.counts[bucket] === 0) bucket++;
      this.reached[rung] = bucket;
      // The last bucket is all that is left of the rung, whose place another may take.
      if (bucket === last) this.depth--;
      const count = this.counts[bucket]!;
      this.opened = bucket;
      if (count > 0) return count;
    }
    return 0;
  }

  /** Moves the entries of the bucket found by `advance` to a heap's arrays, places 1 and up; there must be room. */
  drain(times: Float64Array, tickets: Int32Array): void {
    const bucket = this.opened;
    const count = this.counts[bucket]!;
    this.counts[bucket] = 0;
    this.count -= count;
    let chunk = this.chunks[bucket]!;
    let place = 1;
    while (place <= count) {
      const from = chunk << CHUNK_BITS;
      const to = from + this.heldByFirstOf(count - place + 1);
      for (let entry = from; entry < to; entry++) {
        times[place] = this.times[2 * entry]!;
        tickets[place] = this.tickets[4 * entry + 2]!;
        place++;
      }
      chunk = this.free(chunk);
    }
  }

  /** Drops the entries whose tickets do not pass. */
  keep(passes: (ticket: number) => boolean): void {
    if (this.depth === 0) return;
    const end = this.lasts[this.depth - 1]! + 1;
    for (let bucket = 0; bucket < end; bucket++) {
      let left = this.counts[bucket]!;
      this.counts[bucket] = 0;
      this.count -= left;
      let chunk = this.chunks[bucket]!;
      while (left > 0) {
        const from = chunk << CHUNK_BITS;
        const held = this.heldByFirstOf(left);
        for (let entry = from; entry < from + held; entry++) {
          const ticket = this.tickets[4 * entry + 2]!;
          if (!passes(ticket)) continue;
          this.due = this.times[2 * entry]!;
          this.put(bucket, ticket);
        }
        left -= held;
        chunk = this.free(chunk);
      }
    }
  }

  clear(): void {
    this.keep(() => false);
    this.depth = 0;
  }

  private addRung(start: number, density: number, width: number): number {
    const rung = this.depth++;
    const first = rung === 0 ? 0 : this.lasts[rung - 1]! + 1;
    const end = first + width + 1;
    if (end > this.counts.length) this.growBuckets(end);
    this.counts.fill(0, first, end);
    this.starts[rung] = start;
    this.densities[rung] = density;
    this.firsts[rung] = first;
    this.lasts[rung] = end - 1;
    this.reached[rung] = first - 1;
    return first;
  }

  /** Puts the entry at `due` into a bucket. */
  private put(bucket: number, ticket: number): void {
    const count = this.counts[bucket]!;
    const slot = count & CHUNK_MASK;
    if (slot === 0) this.addChunk(bucket);
    const entry = (this.chunks[bucket]! << CHUNK_BITS) + slot;
    this.times[2 * entry] = this.due;
    this.tickets[4 * entry + 2] = ticket;
    this.counts[bucket] = count + 1;
    this.count++;
  }

  /** Entries in the first chunk of `count`: all others are full. */
  private heldByFirstOf(count: number): number {
    return ((count - 1) & CHUNK_MASK) + 1;
  }

  private addChunk(bucket: number): void {
    if (this.freeChunk === NO_CHUNK) this.growChunks();
    const chunk = this.freeChunk;
    this.freeChunk = this.following[chunk]!;
    this.following[chunk] = this.chunks[bucket]!;
    this.chunks[bucket] = chunk;
  }

  /** @returns the next chunk of the bucket. */
  private free(chunk: number): number {
    const following = this.following[chunk]!;
    this.following[chunk] = this.freeChunk;
    this.freeChunk = chunk;
    return following;
  }

  private growChunks(): void {
    const before = this.following.length;
    const after = Math.max(2 * before, FIRST_CHUNKS);
    const times = new Float64Array(2 * (after << CHUNK_BITS));
    times.set(this.times);
    this.times = times;
    this.tickets = new Int32Array(times.buffer);
    const following = new Int32Array(after);
    following.set(this.following);
    this.following = following;
    for (let chunk = after - 1; chunk >= before; chunk--) this.free(chunk);
  }

  private growBuckets(atLeast: number): void {
    const length = Math.max(2 * this.counts.length, atLeast);
    const counts = new Int32Array(length);
    counts.set(this.counts);
    const chunks = new Int32Array(length);
    chunks.set(this.chunks);
    this.counts = counts;
    this.chunks = chunks;
  }
}
