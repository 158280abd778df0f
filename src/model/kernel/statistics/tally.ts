/** So many observations are summed before they are taken into the mean: one division for all of them. */
const BLOCK = 256;

/**
 * Count, mean, variance and range of observations, in one pass. Blocks of observations are summed about a pivot near
 * the mean, so that nothing cancels, and merged by Chan, Golub and LeVeque, "Algorithms for computing the sample
 * variance", The American Statistician 37(3), 1983.
 */
export class Tally {
  /** Exact; Infinity and -Infinity before the first observation. */
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;

  private settledCount = 0;
  private settledMean = Number.NaN;
  /** Sum of squared deviations from the mean. */
  private settledSquares = 0;

  private blockCount = 0;
  /** Mean at the start of the block, or its first observation. */
  private pivot = Number.NaN;
  /** Sums of deviations from the pivot, and of their squares. */
  private blockSum = Number.NaN;
  private blockSquares = Number.NaN;

  /** Handed on in a field: as an argument, the engine may put a double on the heap (see EventQueue). */
  private latest = Number.NaN;

  add(value: number): void {
    this.latest = value;
    this.takeLatest();
  }

  /** Takes in the observations of another tally. */
  merge(other: Tally): void {
    this.settle();
    other.settle();
    this.mergeMoments(other.settledCount, other.settledMean, other.settledSquares);
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
  }

  get count(): number {
    return this.settledCount + this.blockCount;
  }

  /** NaN before the first observation. */
  get mean(): number {
    this.settle();
    return this.settledMean;
  }

  get sum(): number {
    return this.count === 0 ? 0 : this.mean * this.count;
  }

  /** Unbiased sample variance; NaN with fewer than two observations. */
  get variance(): number {
    this.settle();
    return this.settledCount < 2 ? Number.NaN : this.settledSquares / (this.settledCount - 1);
  }

  get standardDeviation(): number {
    return Math.sqrt(this.variance);
  }

  reset(): void {
    this.min = Number.POSITIVE_INFINITY;
    this.max = Number.NEGATIVE_INFINITY;
    this.settledCount = 0;
    this.settledMean = Number.NaN;
    this.settledSquares = 0;
    this.blockCount = 0;
  }

  private takeLatest(): void {
    const value = this.latest;
    if (this.blockCount === 0) this.beginBlock();
    const deviation = value - this.pivot;
    this.blockSum += deviation;
    this.blockSquares += deviation * deviation;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    if (++this.blockCount === BLOCK) this.settle();
  }

  private beginBlock(): void {
    this.pivot = this.settledCount === 0 ? this.latest : this.settledMean;
    this.blockSum = 0;
    this.blockSquares = 0;
  }

  private settle(): void {
    const count = this.blockCount;
    if (count === 0) return;
    this.blockCount = 0;
    const shift = this.blockSum / count;
    const squares = Math.max(0, this.blockSquares - this.blockSum * shift);
    this.mergeMoments(count, this.pivot + shift, squares);
  }

  private mergeMoments(count: number, mean: number, squares: number): void {
    if (count === 0) return;
    if (this.settledCount === 0) {
      this.settledCount = count;
      this.settledMean = mean;
      this.settledSquares = squares;
      return;
    }
    const total = this.settledCount + count;
    const apart = mean - this.settledMean;
    this.settledSquares += squares + (apart * apart * this.settledCount * count) / total;
    this.settledMean += (apart * count) / total;
    this.settledCount = total;
  }
}
