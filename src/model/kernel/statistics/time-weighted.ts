/**
 * The integral over time of a quantity that changes in steps: a queue's length, busy CPUs, frames in a ring.
 *
 * With whole values and whole nanoseconds the integral is exact up to 2^105: the sum is kept in two doubles (Knuth's
 * two-sum), and each step's product is exact as long as it is below 2^53.
 */
export class TimeWeighted {
  private level: number;
  private since: number;
  private start: number;
  private high = 0;
  private low = 0;
  private least: number;
  private most: number;

  constructor(time = 0, value = 0) {
    this.start = time;
    this.since = time;
    this.level = value;
    this.least = value;
    this.most = value;
  }

  get value(): number {
    return this.level;
  }

  /** Smallest and largest value so far, those held for no time included. */
  get min(): number {
    return this.least;
  }

  get max(): number {
    return this.most;
  }

  /** The quantity is `value` from `time` on. Times must not go back. */
  set(time: number, value: number): void {
    if (time !== this.since) this.advance(time);
    this.level = value;
    if (value < this.least) this.least = value;
    if (value > this.most) this.most = value;
  }

  add(time: number, change: number): void {
    this.set(time, this.level + change);
  }

  /** Integral from the start, or the last reset, to `time`, in value x time. */
  integral(time: number): number {
    this.advance(time);
    return this.high + this.low;
  }

  /** Mean over the time from the start, or the last reset, to `time`; NaN over no time. */
  mean(time: number): number {
    return this.integral(time) / (time - this.start);
  }

  /** Forgets what was before `time`, the end of a warm-up; the value stays. */
  reset(time: number): void {
    this.advance(time);
    this.start = time;
    this.high = 0;
    this.low = 0;
    this.least = this.level;
    this.most = this.level;
  }

  private advance(time: number): void {
    if (!(time >= this.since)) {
      throw new RangeError(`time goes back from ${this.since} to ${time} in a time-weighted statistic`);
    }
    const area = this.level * (time - this.since);
    this.since = time;
    const sum = this.high + area;
    const part = sum - this.high;
    this.low += this.high - (sum - part) + (area - part);
    this.high = sum;
  }
}
