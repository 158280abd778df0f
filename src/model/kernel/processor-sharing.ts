import { EventQueue } from './event-queue.ts';

/** Jobs that share the ratio of cap to weight: they are sped up and slowed down together. */
class ShareClass {
  ratio = 0;
  /** Work that each unit of weight has been given since the class was last empty. */
  attained = 0;
  /** How fast `attained` grows now. */
  rate = 0;
  /** Total weight present. */
  weight = 0;
  /** The same with that of the classes of higher ratio. */
  weightFromHere = 0;
  /** Jobs by the attained work at which each is done. */
  readonly finishes = new EventQueue();
}

/**
 * Ideal processor sharing with weights and caps: a capacity divided among the jobs present in proportion to their
 * weights, none getting more than its cap, what capped jobs leave going to the others (weighted max-min fairness).
 *
 * Jobs are small whole numbers given by the caller; work, capacity and time in units of the caller's choice, with
 * capacity and caps in work per time. The caller moves the clock: every method that changes something takes the time
 * now, which must not go back, nor beyond `nextCompletion` with jobs left to complete.
 *
 * How it works. All jobs with one ratio of cap to weight progress in lockstep per unit of weight, so one clock of
 * attained work per ratio tells everything: a job is done when its class's clock reaches what it read when the job
 * came plus work / weight. Arrivals and departures change the clocks' rates, never a job. (Virtual time; Parekh and
 * Gallager, "A generalized processor sharing approach to flow control", IEEE/ACM ToN 1(3), 1993.) With k distinct
 * ratios and n jobs, each change costs O(k + log n); allocation only when growing.
 */
export class ProcessorSharing {
  private capacity: number;
  private now = 0;
  /** Those with jobs, sorted by ratio. */
  private readonly classes: ShareClass[] = [];
  /** Emptied ones, to be used again. */
  private readonly spare: ShareClass[] = [];
  private present = 0;
  private nextTime = Number.POSITIVE_INFINITY;
  private nextClass: ShareClass | null = null;

  // By job.
  private classOf: (ShareClass | null)[] = [];
  private handles = new Int32Array(0);
  private weights = new Float64Array(0);
  private finishes = new Float64Array(0);

  constructor(capacity: number) {
    requireRate('capacity', capacity);
    this.capacity = capacity;
  }

  /** Jobs present. */
  get size(): number {
    return this.present;
  }

  /** When the next job will be done if nothing changes before; Infinity when none will. */
  get nextCompletion(): number {
    return this.nextTime;
  }

  has(job: number): boolean {
    return this.classOf[job] !== undefined && this.classOf[job] !== null;
  }

  /**
   * A job comes.
   * @param work >= 0. @param weight > 0. @param cap the most it can get, > 0; Infinity for no cap.
   * @throws RangeError when the job is already present, or a number is out of its range.
   */
  add(now: number, job: number, work: number, weight = 1, cap = Number.POSITIVE_INFINITY): void {
    if (job !== job >>> 0) throw new RangeError(`a job is a small whole number, got ${job}`);
    if (this.has(job)) throw new RangeError(`job ${job} is already being processed`);
    if (
      !(
        work >= 0 &&
        work < Number.POSITIVE_INFINITY &&
        weight > 0 &&
        weight < Number.POSITIVE_INFINITY &&
        cap > 0
      )
    ) {
      throw new RangeError(
        `job ${job} needs work >= 0, weight > 0 and cap > 0; got ${work}, ${weight}, ${cap}`,
      );
    }
    this.advance(now);
    if (job >= this.handles.length) this.growJobs(job);
    const shareClass = this.classFor(cap / weight);
    const finish = shareClass.attained + work / weight;
    this.classOf[job] = shareClass;
    this.weights[job] = weight;
    this.finishes[job] = finish;
    this.handles[job] = shareClass.finishes.schedule(finish, 0, job, 0);
    shareClass.weight += weight;
    this.present++;
    this.recompute();
  }

  /**
   * A job leaves before it is done.
   * @returns the work it still had. @throws RangeError when the job is not present.
   */
  remove(now: number, job: number): number {
    const shareClass = this.require(job);
    this.advance(now);
    const left = this.workLeft(shareClass, job);
    shareClass.finishes.cancel(this.handles[job]!);
    this.leave(shareClass, job);
    this.recompute();
    return left;
  }

  /**
   * The next job is done and leaves; `now` must be `nextCompletion`, or a little after it when the caller rounds
   * times up.
   * @returns the job. @throws RangeError when no job is present.
   */
  complete(now: number): number {
    const shareClass = this.nextClass;
    if (shareClass === null) throw new RangeError('no job is being processed that could be done');
    this.advance(now);
    const finishes = shareClass.finishes;
    finishes.pop();
    // The clock may have fallen short of the finish by rounding; at a completion it is there by definition.
    if (shareClass.attained < finishes.time) shareClass.attained = finishes.time;
    const job = finishes.a;
    this.leave(shareClass, job);
    this.recompute();
    return job;
  }

  setCapacity(now: number, capacity: number): void {
    requireRate('capacity', capacity);
    this.advance(now);
    this.capacity = capacity;
    this.recompute();
  }

  /** Work a job still has. @throws RangeError when it is not present. */
  remaining(now: number, job: number): number {
    const shareClass = this.require(job);
    this.advance(now);
    return this.workLeft(shareClass, job);
  }

  /** Work per time a job gets now. @throws RangeError when it is not present. */
  rate(job: number): number {
    return this.require(job).rate * this.weights[job]!;
  }

  /** Work per time all jobs get now, at most the capacity. */
  get totalRate(): number {
    let total = 0;
    for (const shareClass of this.classes) total += shareClass.weight * shareClass.rate;
    return total;
  }

  private require(job: number): ShareClass {
    const shareClass = this.classOf[job];
    if (shareClass === undefined || shareClass === null)
      throw new RangeError(`job ${job} is not being processed`);
    return shareClass;
  }

  private workLeft(shareClass: ShareClass, job: number): number {
    return Math.max(0, (this.finishes[job]! - shareClass.attained) * this.weights[job]!);
  }

  private leave(shareClass: ShareClass, job: number): void {
    this.classOf[job] = null;
    this.present--;
    shareClass.weight -= this.weights[job]!;
    if (shareClass.finishes.size > 0) return;
    this.retire(shareClass);
  }

  private advance(now: number): void {
    const elapsed = now - this.now;
    if (elapsed === 0) return;
    if (!(elapsed > 0))
      throw new RangeError(`time goes back from ${this.now} to ${now} in processor sharing`);
    this.now = now;
    const classes = this.classes;
    for (let i = 0; i < classes.length; i++) {
      const shareClass = classes[i]!;
      shareClass.attained += shareClass.rate * elapsed;
    }
  }

  /** Rates by filling up in order of ratio, and the earliest completion under them. */
  private recompute(): void {
    const classes = this.classes;
    let weight = 0;
    for (let i = classes.length - 1; i >= 0; i--) {
      weight += classes[i]!.weight;
      classes[i]!.weightFromHere = weight;
    }
    let left = this.capacity;
    let nextTime = Number.POSITIVE_INFINITY;
    let nextClass: ShareClass | null = null;
    for (let i = 0; i < classes.length; i++) {
      const shareClass = classes[i]!;
      const fair = left / shareClass.weightFromHere;
      const rate = Math.min(shareClass.ratio, fair);
      shareClass.rate = rate;
      left = Math.max(0, left - rate * shareClass.weight);
      // Nothing may be due, or even less than nothing after a time that was rounded up: then a job is done now.
      const due = shareClass.finishes.nextTime - shareClass.attained;
      const time = due > 0 ? this.now + due / rate : this.now;
      if (time < nextTime) {
        nextTime = time;
        nextClass = shareClass;
      }
    }
    this.nextTime = nextTime;
    this.nextClass = nextClass;
  }

  private classFor(ratio: number): ShareClass {
    const classes = this.classes;
    let place = classes.length;
    while (place > 0 && classes[place - 1]!.ratio > ratio) place--;
    const found = classes[place - 1];
    if (found !== undefined && found.ratio === ratio) return found;
    const made = this.spare.pop() ?? new ShareClass();
    made.ratio = ratio;
    // Shifted by hand: splice would allocate.
    classes.push(made);
    for (let i = classes.length - 1; i > place; i--) classes[i] = classes[i - 1]!;
    classes[place] = made;
    return made;
  }

  /** Takes an empty class out; it starts from zero when used again, so that rounding errors do not add up. */
  private retire(shareClass: ShareClass): void {
    const classes = this.classes;
    let place = 0;
    while (classes[place] !== shareClass) place++;
    for (let i = place + 1; i < classes.length; i++) classes[i - 1] = classes[i]!;
    classes.pop();
    shareClass.weight = 0;
    shareClass.attained = 0;
    shareClass.finishes.clear();
    this.spare.push(shareClass);
  }

  private growJobs(job: number): void {
    const length = Math.max(16, 2 * this.handles.length, job + 1);
    this.handles = grown(this.handles, new Int32Array(length));
    this.weights = grown(this.weights, new Float64Array(length));
    this.finishes = grown(this.finishes, new Float64Array(length));
    while (this.classOf.length < length) this.classOf.push(null);
  }
}

function grown<T extends Int32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

function requireRate(what: string, value: number): void {
  if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) {
    throw new RangeError(`${what} must be a finite number >= 0, got ${value}`);
  }
}
