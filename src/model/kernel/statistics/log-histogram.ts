const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
double[0] = 1;
/** Index of the word with sign, exponent and the high fraction bits. */
const HIGH = words[1] === 0x3ff00000 ? 1 : 0;

const SMALLEST_NORMAL = 2.2250738585072014e-308;
const DEFAULT_BITS = 7;
/** The first ones wait to be counted together: most histograms of a run never hold more, and are given room once. */
const MOST_WAITING = 64;

/** A histogram's content as plain data, to send between workers: only what was seen, as there are many of few values. */
export interface LogHistogramData {
  readonly bits: number;
  /** The buckets that are not empty, in order, and what is in them. */
  readonly buckets: Int32Array;
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
  /** Buckets of observations that came before `counts` had any room, and are not in it yet. */
  private readonly waiting = new Int32Array(MOST_WAITING);
  private waitingCount = 0;
  private zeros = 0;
  private least = Number.POSITIVE_INFINITY;
  private most = Number.NEGATIVE_INFINITY;

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
    histogram.add(data);
    return histogram;
  }

  data(): LogHistogramData {
    this.countWaiting();
    const { bits, first, counts, zeros, least, most } = this;
    let size = 0;
    for (let place = 0; place < counts.length; place++) if (counts[place] !== 0) size++;
    const buckets = new Int32Array(size);
    const own = new Float64Array(size);
    for (let place = 0, next = 0; next < size; place++) {
      if (counts[place] === 0) continue;
      buckets[next] = first + place;
      own[next++] = counts[place]!;
    }
    return { bits, buckets, counts: own, zeros, min: least, max: most };
  }

  get count(): number {
    this.countWaiting();
    const { counts } = this;
    let sum = this.zeros;
    for (let place = 0; place < counts.length; place++) sum += counts[place]!;
    return sum;
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
    if (!(value >= SMALLEST_NORMAL && value < Number.POSITIVE_INFINITY)) {
      this.countZero(value, 1);
      return;
    }
    double[0] = value;
    const bucket = words[HIGH]! >>> this.shift;
    const place = bucket - this.first;
    const counts = this.counts;
    if (place >= 0 && place < counts.length) counts[place]! += 1;
    else this.countOutside(bucket);
    if (value < this.least) this.least = value;
    if (value > this.most) this.most = value;
  }

  /** Adds an observation `times` times. @throws RangeError as `record`. */
  recordTimes(value: number, times: number): void {
    if (!(value >= SMALLEST_NORMAL && value < Number.POSITIVE_INFINITY)) {
      this.countZero(value, times);
      return;
    }
    double[0] = value;
    const bucket = words[HIGH]! >>> this.shift;
    this.countWaiting();
    this.coverBoth(bucket, bucket);
    this.counts[bucket - this.first]! += times;
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
    this.add(other.data());
  }

  /** Takes in the content of another histogram. @throws RangeError when its resolution differs. */
  add({ bits, buckets, counts, zeros, min, max }: LogHistogramData): void {
    if (bits !== this.bits) {
      throw new RangeError(`histograms of ${bits} and ${this.bits} bits cannot be merged exactly`);
    }
    this.zeros += zeros;
    this.least = Math.min(this.least, min);
    this.most = Math.max(this.most, max);
    if (buckets.length === 0) return;
    this.coverBoth(buckets[0]!, buckets[buckets.length - 1]!);
    for (let i = 0; i < buckets.length; i++) this.counts[buckets[i]! - this.first]! += counts[i]!;
  }

  reset(): void {
    this.waitingCount = 0;
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
    return middleOf(bucket, this.bits);
  }

  private countOutside(bucket: number): void {
    if (this.counts.length > 0) {
      this.cover(bucket);
      this.counts[bucket - this.first]! += 1;
      return;
    }
    this.waiting[this.waitingCount++] = bucket;
    if (this.waitingCount === MOST_WAITING) this.countWaiting();
  }

  private countWaiting(): void {
    const { waiting, waitingCount } = this;
    if (waitingCount === 0) return;
    this.waitingCount = 0;
    const seen = waiting.subarray(0, waitingCount);
    this.coverBoth(Math.min(...seen), Math.max(...seen));
    for (const bucket of seen) this.counts[bucket - this.first]! += 1;
  }

  private coverBoth(lowest: number, highest: number): void {
    if (this.counts.length === 0) {
      this.first = lowest;
      this.counts = new Float64Array(highest - lowest + 1);
      return;
    }
    this.cover(lowest);
    this.cover(highest);
  }

  private cover(bucket: number): void {
    const length = this.counts.length;
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

/** The middle of a bucket of a histogram with so many `bits`. */
export function middleOf(bucket: number, bits: number): number {
  const shift = 20 - bits;
  words[1 - HIGH] = 0;
  words[HIGH] = bucket << shift;
  const low = double[0]!;
  words[HIGH] = (bucket + 1) << shift;
  return low + (double[0]! - low) / 2;
}
