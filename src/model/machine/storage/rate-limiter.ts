import type { RateLimit } from './storage-specification.ts';

const NS_PER_SECOND = 1e9;

/**
 * Keeps a flow of I/Os or bytes within a limit: each may start when the one before it has had its share of time at
 * the rate that holds. Credits, where there are any, build up at the sustained rate and are spent at the burst rate
 * (the token bucket of cloud volumes); they are full at the start. Times are in nanoseconds, fractions kept.
 */
export class RateLimiter {
  private readonly sustained: number;
  private readonly spacing: number;
  private readonly capacity: number;
  private credits: number;
  private creditsAt = 0;
  private readyAt = 0;

  constructor({ perSecond, burst }: RateLimit<number>) {
    this.sustained = perSecond / NS_PER_SECOND;
    this.spacing = NS_PER_SECOND / Math.max(perSecond, burst?.perSecond ?? 0);
    this.capacity =
      burst === undefined ? 0 : Math.max(0, burst.perSecond - perSecond) * (burst.lasts / NS_PER_SECOND);
    this.credits = this.capacity;
  }

  /** The earliest time at which the next may start. */
  get ready(): number {
    return this.readyAt;
  }

  /** Something of this amount starts; not before it is ready. */
  take(now: number, amount: number): void {
    if (this.capacity === 0) {
      // A start is on a whole nanosecond at or just after it was ready; the fraction is not lost.
      this.readyAt = (now - this.readyAt < 1 ? this.readyAt : now) + amount * this.spacing;
      return;
    }
    this.credits = Math.min(this.capacity, this.credits + (now - this.creditsAt) * this.sustained) - amount;
    this.creditsAt = now;
    const earned = this.credits >= 0 ? 0 : -this.credits / this.sustained;
    this.readyAt = now + Math.max(amount * this.spacing, earned);
  }
}
