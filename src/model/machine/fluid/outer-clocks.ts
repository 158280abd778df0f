import { NEVER, SlotQueue } from './slot-queue.ts';
import type { WeightClasses } from './weight-classes.ts';

/**
 * Clocks of attained progress, one for each weight class of the outermost layer: its vCPUs progress in lockstep, so a clock
 * tells everything about layer 0, and who ends next is who comes first by the clock of its class, whatever its rate does
 * until then.
 */
export class OuterClocks {
  /** What `find` found; NEVER when nobody's job will end. A field, as a double that is returned is put on the heap. */
  nextAt = Number.NaN;
  /**
   * By class: time its vCPUs were picked, which is the progress of a job that has a whole vCPU of it and a core to itself;
   * time they were held back by a limit.
   */
  readonly progress: Float64Array;
  readonly held: Float64Array;
  private readonly classes: WeightClasses;
  /** By class: by guest, where the clock stands when its next job ends. */
  private readonly ends: readonly SlotQueue[];
  private nextClass = 0;

  constructor(classes: WeightClasses, guests: number) {
    const count = classes.countOf(0);
    this.nextAt = NEVER;
    this.classes = classes;
    this.progress = new Float64Array(count);
    this.held = new Float64Array(count);
    this.ends = Array.from({ length: count }, () => new SlotQueue(guests));
  }

  /** Finds out whose job ends next, and when, if nothing changes before: `nextGuest`, `nextAt`. */
  find(now: number): void {
    let earliest = NEVER;
    for (let c = 0; c < this.ends.length; c++) {
      const key = this.ends[c]!.nextKey;
      if (key === NEVER) continue;
      const left = Math.max(0, key - this.progress[c]!);
      const at = now + left / this.classes.rate[c]!;
      if (at >= earliest) continue;
      earliest = at;
      this.nextClass = c;
    }
    this.nextAt = earliest;
  }

  get nextGuest(): number {
    return this.ends[this.nextClass]!.nextSlot;
  }

  advance(elapsed: number): void {
    const { rate } = this.classes;
    for (let c = 0; c < this.progress.length; c++) this.progress[c]! += rate[c]! * elapsed;
    if (this.classes.areBounded(0)) this.holdBack(elapsed);
  }

  /** A guest's next job ends when the clock of its class has gone on by so much; NEVER without one. */
  setEnd(c: number, guest: number, ahead: number): void {
    this.ends[c]!.set(guest, ahead === NEVER ? NEVER : this.progress[c]! + ahead);
  }

  private holdBack(elapsed: number): void {
    for (let c = 0; c < this.held.length; c++) this.held[c]! += this.classes.heldBack(c) * elapsed;
  }
}
