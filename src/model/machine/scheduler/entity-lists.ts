import { NONE as NO_ENTITY } from './scheduler-state.ts';

// In constants of this module, which the engine puts into its code as numbers (kernel/event-queue.ts).
const NONE = NO_ENTITY;

/** One list of entities for each CPU, in order of joining; an entity is in at most one of them. */
export class EntityLists {
  /** By CPU. */
  readonly first: Int32Array;
  private readonly last: Int32Array;
  /** By entity. */
  readonly next: Int32Array;
  private readonly previous: Int32Array;

  constructor(cpus: number, entities: number) {
    this.first = new Int32Array(cpus).fill(NONE);
    this.last = new Int32Array(cpus).fill(NONE);
    this.next = new Int32Array(entities).fill(NONE);
    this.previous = new Int32Array(entities).fill(NONE);
  }

  append(entity: number, cpu: number): void {
    const before = this.last[cpu]!;
    this.previous[entity] = before;
    this.next[entity] = NONE;
    if (before === NONE) this.first[cpu] = entity;
    else this.next[before] = entity;
    this.last[cpu] = entity;
  }

  remove(entity: number, cpu: number): void {
    const before = this.previous[entity]!;
    const after = this.next[entity]!;
    if (before === NONE) this.first[cpu] = after;
    else this.next[before] = after;
    if (after === NONE) this.last[cpu] = before;
    else this.previous[after] = before;
  }
}
