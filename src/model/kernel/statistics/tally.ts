/**
 * Count, mean, variance and range of observations, in one pass (Welford's updates; merging by Chan, Golub and LeVeque,
 * "Algorithms for computing the sample variance", The American Statistician 37(3), 1983).
 */
export class Tally {
  count = 0;
  /** NaN before the first observation. */
  mean = Number.NaN;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  /** Sum of squared deviations from the mean. */
  private squares = 0;
  /** Handed on in a field: as an argument, the engine may put a double on the heap (see EventQueue). */
  private latest = Number.NaN;

  add(value: number): void {
    this.latest = value;
    this.update();
  }

  private update(): void {
    const value = this.latest;
    const count = ++this.count;
    if (count === 1) {
      this.mean = value;
    } else {
      const deviation = value - this.mean;
      this.mean += deviation / count;
      this.squares += deviation * (value - this.mean);
    }
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }

  /** Takes in the observations of another tally. */
  merge(other: Tally): void {
    if (other.count === 0) return;
    if (this.count === 0) {
      this.count = other.count;
      this.mean = other.mean;
      this.squares = other.squares;
    } else {
      const count = this.count + other.count;
      const deviation = other.mean - this.mean;
      this.squares += other.squares + (deviation * deviation * this.count * other.count) / count;
      this.mean += (deviation * other.count) / count;
      this.count = count;
    }
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
  }

  get sum(): number {
    return this.count === 0 ? 0 : this.mean * this.count;
  }

  /** Unbiased sample variance; NaN with fewer than two observations. */
  get variance(): number {
    return this.count < 2 ? Number.NaN : this.squares / (this.count - 1);
  }

  get standardDeviation(): number {
    return Math.sqrt(this.variance);
  }

  reset(): void {
    this.count = 0;
    this.mean = Number.NaN;
    this.squares = 0;
    this.min = Number.POSITIVE_INFINITY;
    this.max = Number.NEGATIVE_INFINITY;
  }
}
