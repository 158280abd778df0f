/** So many observations are summed before they are taken into the mean: one division for all of them. */
const BLOCK = 256;
/** So many wait to be summed in one go, which keeps the sums in registers; a divisor of `BLOCK`. */
const MOST_WAITING = 64;

/**
 * Count, mean, variance and range of observations, in one pass. Blocks of observations are summed about a pivot near
 * the mean, so that nothing cancels, and merged by Chan, Golub and LeVeque, "Algorithms for computing the sample
 * variance", The American Statistician 37(3), 1983.
 */
export class Tally {
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

  private least = Number.POSITIVE_INFINITY;
  private most = Number.NEGATIVE_INFINITY;

  /** Observations of the block that are not in its sums yet. */
  private readonly waiting = new Float64Array(MOST_WAITING);
  private waitingCount = 0;

  /** Small, so that the engine inlines it wherever it is called often. */
  add(value: number): void {
    if (this.waitingCount === MOST_WAITING) this.sumWaiting();
    this.waiting[this.waitingCount++] = value;
  }

  /** Takes in the observations of another tally. */
  merge(other: Tally): void {
    this.settle();
    other.settle();
    this.mergeMoments(other.settledCount, other.settledMean, other.settledSquares);
    this.least = Math.min(this.least, other.least);
    this.most = Math.max(this.most, other.most);
  }

  get count(): number {
    return this.settledCount + this.blockCount + this.waitingCount;
  }

  /** Exact; Infinity before the first observation. */
  get min(): number {
    let least = this.least;
    for (let i = 0; i < this.waitingCount; i++) if (this.waiting[i]! < least) least = this.waiting[i]!;
    return least;
  }

  /** Exact; -Infinity before the first observation. */
  get max(): number {
    let most = this.most;
    for (let i = 0; i < this.waitingCount; i++) if (this.waiting[i]! > most) most = this.waiting[i]!;
    return most;
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
    this.least = Number.POSITIVE_INFINITY;
    this.most = Number.NEGATIVE_INFINITY;
    this.waitingCount = 0;
    this.settledCount = 0;
    this.settledMean = Number.NaN;
    this.settledSquares = 0;
    this.blockCount = 0;
  }

  private sumWaiting(): void {
    const { waiting, waitingCount } = this;
    if (waitingCount === 0) return;
    this.waitingCount = 0;
    if (this.blockCount === 0) this.beginBlock(waiting[0]!);
    const pivot = this.pivot;
    let { blockSum, blockSquares, least, most } = this;
    for (let i = 0; i < waitingCount; i++) {
      const value = waiting[i]!;
      const deviation = value - pivot;
      blockSum += deviation;
      blockSquares += deviation * deviation;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    this.blockSum = blockSum;
    this.blockSquares = blockSquares;
    this.least = least;
    this.most = most;
    this.blockCount += waitingCount;
    if (this.blockCount === BLOCK) this.settleBlock();
  }

  private beginBlock(first: number): void {
    this.pivot = this.settledCount === 0 ? first : this.settledMean;
    this.blockSum = 0;
    this.blockSquares = 0;
  }

  private settle(): void {
    this.sumWaiting();
    if (this.blockCount > 0) this.settleBlock();
  }

  private settleBlock(): void {
    const count = this.blockCount;
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
