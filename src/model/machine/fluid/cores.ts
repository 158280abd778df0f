import { NS_PER_MS } from '../../kernel/units.ts';

export const FREE = -1;
/** As in the exact engine (scheduler/balance-passes.ts): so long a CPU until running threads are spread over idle cores. */
const SPREAD_AFTER = 4 * NS_PER_MS;
const MOST_MOVES = 32;

/**
 * Who is on which thread of cores of two. Who wakes takes an idle core while there is one, else the second thread of
 * a core that has one free; both then go on at half of what the core does with two. It stays so until one of
 * them stops, or until idle cores are seen and threads moved to them, which takes a while on a large host. So a core can
 * be shared while another is idle, and of two jobs at a time one may be slowed down and the other not: the mean would
 * say neither.
 *
 * Occupants are guests with jobs, at whatever level, and behind them by number the host's kernel. Who finds all threads
 * taken waits for one, and counts as one that shares.
 */
export class Cores {
  /** Occupants whose number of shared threads may have changed since they were last looked at. */
  readonly changed: Int32Array;
  changedCount = 0;
  private readonly isChanged: Uint8Array;
  /** By occupant: its threads on shared cores, and those that wait for a thread. */
  protected readonly sharing: Int32Array;
  protected readonly unplaced: Int32Array;
  /** By occupant: the thread it took last; by thread: the one its occupant took before it, and after it. */
  protected readonly newest: Int32Array;
  private readonly older: Int32Array;
  private readonly newer: Int32Array;
  protected readonly occupant: Int32Array;
  /** Cores with no, one and two busy threads; occupants that wait for a thread. */
  protected readonly idle: NumberSet;
  protected readonly lone: NumberSet;
  protected readonly full: NumberSet;
  protected readonly waiting: NumberSet;
  protected turn = 0;

  constructor(cores: number, occupants: number) {
    this.changed = new Int32Array(occupants);
    this.isChanged = new Uint8Array(occupants);
    this.sharing = new Int32Array(occupants);
    this.unplaced = new Int32Array(occupants);
    this.newest = new Int32Array(occupants).fill(FREE);
    this.older = new Int32Array(2 * cores);
    this.newer = new Int32Array(2 * cores);
    this.occupant = new Int32Array(2 * cores).fill(FREE);
    this.idle = new NumberSet(cores);
    this.lone = new NumberSet(cores);
    this.full = new NumberSet(cores);
    this.waiting = new NumberSet(occupants);
    for (let core = cores - 1; core >= 0; core--) this.idle.add(core);
  }

  sharedBy(occupant: number): number {
    return this.sharing[occupant]!;
  }

  /** Of the busy threads, those on cores with two. */
  get sharedPart(): number {
    const shared = 2 * this.full.size;
    return shared === 0 ? 0 : shared / (shared + this.lone.size);
  }

  /** Whether a core is idle while another is shared. */
  get isCrowded(): boolean {
    return this.idle.size > 0 && this.full.size > 0;
  }

  /** After how many nanoseconds of crowding threads are moved. */
  get patience(): number {
    return this.occupant.length * SPREAD_AFTER;
  }

  /** What one occupant has taken last is another's from now on. */
  pass(from: number, to: number): void {
    this.note(from);
    this.note(to);
    if (this.unplaced[from]! > 0) {
      this.placed(from);
      this.wait(to);
      this.sharing[from]! -= 1;
      this.sharing[to]! += 1;
      return;
    }
    const thread = this.newest[from]!;
    this.release(thread);
    this.take(thread, to);
    if (this.occupant[thread ^ 1] === FREE) return;
    this.sharing[from]! -= 1;
    this.sharing[to]! += 1;
  }

  enter(occupant: number): void {
    const { idle, lone } = this;
    this.note(occupant);
    if (idle.size > 0) {
      const core = idle.at(idle.size - 1);
      idle.delete(core);
      lone.add(core);
      this.take(2 * core, occupant);
      return;
    }
    this.sharing[occupant]! += 1;
    if (lone.size === 0) {
      this.wait(occupant);
      return;
    }
    this.besideLone(lone.at(this.turn++ % lone.size), occupant);
  }

  leave(occupant: number): void {
    this.note(occupant);
    if (this.unplaced[occupant]! > 0) {
      this.sharing[occupant]! -= 1;
      this.placed(occupant);
      return;
    }
    const thread = this.newest[occupant]!;
    this.release(thread);
    if (this.waiting.size > 0) {
      this.sharing[occupant]! -= 1;
      const next = this.waiting.at(this.turn++ % this.waiting.size);
      this.placed(next);
      this.take(thread, next);
      return;
    }
    this.vacate(thread, occupant, this.occupant[thread ^ 1]!);
  }

  /** Moves threads of shared cores to idle ones. */
  spread(): void {
    const { idle, lone, full } = this;
    for (let moves = 0; moves < MOST_MOVES && this.isCrowded; moves++) {
      const from = full.at(this.turn++ % full.size);
      const to = idle.at(idle.size - 1);
      const moved = this.occupant[2 * from + 1]!;
      const beside = this.occupant[2 * from]!;
      this.release(2 * from + 1);
      full.delete(from);
      lone.add(from);
      idle.delete(to);
      lone.add(to);
      this.take(2 * to, moved);
      this.sharing[moved]! -= 1;
      this.sharing[beside]! -= 1;
      this.note(moved);
      this.note(beside);
    }
  }

  /** All changes have been seen. */
  forgetChanges(): void {
    for (let i = 0; i < this.changedCount; i++) this.isChanged[this.changed[i]!] = 0;
    this.changedCount = 0;
  }

  /** Takes the free thread of a core of which one is busy. */
  protected besideLone(core: number, occupant: number): void {
    this.lone.delete(core);
    this.full.add(core);
    const thread = this.occupant[2 * core] === FREE ? 2 * core : 2 * core + 1;
    const beside = this.occupant[thread ^ 1]!;
    this.sharing[beside]! += 1;
    this.note(beside);
    this.take(thread, occupant);
  }

  /** Nobody comes to a thread that an occupant has left; `beside` is who is on the core's other one. */
  protected vacate(thread: number, occupant: number, beside: number): void {
    const core = thread >> 1;
    if (beside === FREE) {
      this.lone.delete(core);
      this.idle.add(core);
      return;
    }
    this.full.delete(core);
    this.lone.add(core);
    this.sharing[occupant]! -= 1;
    this.sharing[beside]! -= 1;
    this.note(beside);
  }

  protected note(occupant: number): void {
    if (this.isChanged[occupant] === 1) return;
    this.isChanged[occupant] = 1;
    this.changed[this.changedCount++] = occupant;
  }

  protected wait(occupant: number): void {
    if (this.unplaced[occupant]!++ === 0) this.waiting.add(occupant);
  }

  /** One of those that wait does no longer. */
  protected placed(occupant: number): void {
    this.unplaced[occupant]! -= 1;
    if (this.unplaced[occupant] === 0) this.waiting.delete(occupant);
  }

  protected take(thread: number, occupant: number): void {
    const before = this.newest[occupant]!;
    this.occupant[thread] = occupant;
    this.older[thread] = before;
    this.newer[thread] = FREE;
    if (before !== FREE) this.newer[before] = thread;
    this.newest[occupant] = thread;
  }

  protected release(thread: number): void {
    const occupant = this.occupant[thread]!;
    const older = this.older[thread]!;
    const newer = this.newer[thread]!;
    this.occupant[thread] = FREE;
    if (older !== FREE) this.newer[older] = newer;
    if (newer !== FREE) this.older[newer] = older;
    else this.newest[occupant] = older;
  }
}

/** Some of the numbers 0 ... n - 1, in no order that means anything. */
class NumberSet {
  size = 0;
  private readonly items: Int32Array;
  private readonly places: Int32Array;

  constructor(n: number) {
    this.items = new Int32Array(n);
    this.places = new Int32Array(n);
  }

  at(place: number): number {
    return this.items[place]!;
  }

  add(item: number): void {
    this.places[item] = this.size;
    this.items[this.size++] = item;
  }

  delete(item: number): void {
    const last = this.items[--this.size]!;
    const place = this.places[item]!;
    this.items[place] = last;
    this.places[last] = place;
  }
}
