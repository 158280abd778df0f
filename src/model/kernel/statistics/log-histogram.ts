const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
double[0] = 1;
/** Index of the word with sign, exponent and the high fraction bits. */
const HIGH = words[1] === 0x3ff00000 ? 1 : 0;

const SMALLEST_NORMAL = 2.2250738585072014e-308;
const DEFAULT_BITS = 7;

/** A histogram's content as plain data, to send between workers. */
export interface LogHistogramData {
  readonly bits: number;
  readonly first: number;
  readonly counts: Float64Array;
  readonly zeros: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Quantiles of non-negative observations in bounded space, with a bounded relative error: a log-linear histogram
 * after HdrHistogram (Gil Tene), each power of two cut into 2^bits equal buckets. The bucket is the head of the
 * number's own bits, so recording needs no logarithm.
 *
 * A quantile is within `relativeError` = 2^-(bits + 1) of the observation at that rank: 0.4 % by default. Histograms
 * with the same `bits` merge exactly, in any order, to the same content.
 */
export class LogHistogram {
  readonly bits: number;
  private readonly shift: number;
  /** Bucket of `counts[0]`; the array covers what was seen, and grows. */
  private first = 0;
  private counts = new Float64Array(0);
  private zeros = 0;
  private least = Number.POSITIVE_INFINITY;
  private most = Number.NEGATIVE_INFINITY;
  /** Handed on in a field: as an argument, the engine may put a double on the heap (see EventQueue). */
  private latest = Number.NaN;

  /** @param bits of resolution within a power of two, 1 ... 16. */
  constructor(bits = DEFAULT_BITS) {
    if (!(Number.isInteger(bits) && bits >= 1 && bits <= 16)) {
      throw new RangeError(`a histogram's resolution is a whole number of bits in 1 ... 16, got ${bits}`);
    }
    this.bits = bits;
    this.shift = 20 - bits;
  }

  static from(data: LogHistogramData): LogHistogram {
    const histogram = new LogHistogram(data.bits);
    histogram.first = data.first;
    histogram.counts = Float64Array.from(data.counts);
    histogram.zeros = data.zeros;
    histogram.least = data.min;
    histogram.most = data.max;
    return histogram;
  }

  data(): LogHistogramData {
    const { bits, first, zeros, least, most } = this;
    return { bits, first, counts: Float64Array.from(this.counts), zeros, min: least, max: most };
  }

  get count(): number {
    return this.counts.reduce((sum, count) => sum + count, this.zeros);
  }

  /** Exact; Infinity when nothing was recorded. */
  get min(): number {
    return this.least;
  }

  /** Exact; -Infinity when nothing was recorded. */
  get max(): number {
    return this.most;
  }

  get relativeError(): number {
    return 2 ** -(this.bits + 1);
  }

  /**
   * Adds an observation.
   * @throws RangeError when it is negative, NaN or infinite.
   */
  record(value: number): void {
    this.latest = value;
    this.countLatest(1);
  }

  /** Adds an observation `times` times. @throws RangeError as `record`. */
  recordTimes(value: number, times: number): void {
    this.latest = value;
    this.countLatest(times);
  }

  private countLatest(times: number): void {
    const value = this.latest;
    if (!(value >= SMALLEST_NORMAL && value < Number.POSITIVE_INFINITY)) {
      this.countZero(value, times);
      return;
    }
    double[0] = value;
    const bucket = words[HIGH]! >>> this.shift;
    let place = bucket - this.first;
    if (place < 0 || place >= this.counts.length) {
      this.cover(bucket);
      place = bucket - this.first;
    }
    this.counts[place]! += times;
    if (value < this.least) this.least = value;
    if (value > this.most) this.most = value;
  }

  /**
   * The value at rank ceil(p n), to the relative error; exact at the ends.
   * @param p in [0, 1]. @returns NaN when nothing was recorded.
   */
  quantile(p: number): number {
    if (!(p >= 0 && p <= 1)) throw new RangeError(`a probability is in [0, 1], got ${p}`);
    const total = this.count;
    if (total === 0) return Number.NaN;
    const rank = Math.max(Math.ceil(p * total), 1);
    if (rank === 1) return this.least;
    if (rank === total) return this.most;
    let seen = this.zeros;
    if (seen >= rank) return 0;
    for (let place = 0; place < this.counts.length; place++) {
      seen += this.counts[place]!;
      if (seen >= rank) return Math.min(Math.max(this.middle(this.first + place), this.least), this.most);
    }
    return this.most;
  }

  /** Share of the observations at or below `value`, to the resolution; NaN when nothing was recorded. */
  shareAtOrBelow(value: number): number {
    const total = this.count;
    if (total === 0) return Number.NaN;
    if (!(value >= 0)) return 0;
    let seen = this.zeros;
    for (let place = 0; place < this.counts.length; place++) {
      if (this.middle(this.first + place) > value) break;
      seen += this.counts[place]!;
    }
    return seen / total;
  }

  /** Takes in another histogram. @throws RangeError when its resolution differs. */
  merge(other: LogHistogram): void {
    if (other.bits !== this.bits) {
      throw new RangeError(`histograms of ${this.bits} and ${other.bits} bits cannot be merged exactly`);
    }
    this.zeros += other.zeros;
    this.least = Math.min(this.least, other.least);
    this.most = Math.max(this.most, other.most);
    for (let place = 0; place < other.counts.length; place++) {
      const count = other.counts[place]!;
      if (count === 0) continue;
      const bucket = other.first + place;
      this.cover(bucket);
      this.counts[bucket - this.first]! += count;
    }
  }

  reset(): void {
    this.counts.fill(0);
    this.zeros = 0;
    this.least = Number.POSITIVE_INFINITY;
    this.most = Number.NEGATIVE_INFINITY;
  }

  private countZero(value: number, times: number): void {
    if (!(value >= 0 && value < SMALLEST_NORMAL)) {
      throw new RangeError(`a histogram takes finite numbers >= 0, got ${value}`);
    }
    this.zeros += times;
    this.least = 0;
    if (this.most < 0) this.most = 0;
  }

  private middle(bucket: number): number {
    words[1 - HIGH] = 0;
    words[HIGH] = bucket << this.shift;
    const low = double[0]!;
    words[HIGH] = (bucket + 1) << this.shift;
    return low + (double[0]! - low) / 2;
  }

  private cover(bucket: number): void {
    const length = this.counts.length;
    if (length === 0) {
      this.first = bucket;
      this.counts = new Float64Array(2 ** this.bits);
      return;
    }
    const from = Math.min(this.first, bucket);
    const to = Math.max(this.first + length, bucket + 1);
    if (to - from === length) return;
    // Half again in the direction of growth, so that growing is rare.
    const spare = (to - from) >> 1;
    const first = bucket < this.first ? Math.max(0, from - spare) : from;
    const counts = new Float64Array((bucket < this.first ? to : to + spare) - first);
    counts.set(this.counts, this.first - first);
    this.first = first;
    this.counts = counts;
  }
}
