import type { LockSpecification } from '../machine/specification.ts';

/**
 * Where the critical sections of jobs lie: evenly over the work of each, with as much before the first and behind the
 * last as between two. Sections that would be longer than the whole job are cut to fit. By task.
 */
export class Sections {
  /** Work from the start of the job to the start of the next section; Infinity behind the last. */
  readonly next: Float64Array;
  /** Work of each section of the job at hand. */
  readonly length: Float64Array;
  private readonly left: Int32Array;
  private readonly pitch: Float64Array;

  constructor(tasks: number) {
    this.next = new Float64Array(tasks).fill(Number.POSITIVE_INFINITY);
    this.length = new Float64Array(tasks);
    this.left = new Int32Array(tasks);
    this.pitch = new Float64Array(tasks);
  }

  /** A job of so much work begins. */
  layOut(task: number, demand: number, locks: LockSpecification | undefined): void {
    const count = locks?.perJob ?? 0;
    if (locks === undefined || count === 0) {
      this.next[task] = Number.POSITIVE_INFINITY;
      return;
    }
    const length = Math.min(locks.length, demand / count);
    const gap = Math.max(0, (demand - count * length) / (count + 1));
    this.left[task] = count;
    this.length[task] = length;
    this.pitch[task] = gap + length;
    this.next[task] = gap;
  }

  /** A section is over. */
  passed(task: number): void {
    this.left[task]! -= 1;
    if (this.left[task] === 0) this.next[task] = Number.POSITIVE_INFINITY;
    else this.next[task]! += this.pitch[task]!;
  }
}
