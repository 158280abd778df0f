import { expOfOperand, operand } from './elementary.ts';
import { hash128 } from './hash128.ts';
import { EXPONENTIAL, EXPONENTIAL_TAIL, NORMAL, NORMAL_TAIL } from './ziggurat.ts';

const TWO_POW_MINUS_53 = 2 ** -53;
// In names of their own, because a field of an object costs a load a draw.
const {
  scales: EXPONENTIAL_SCALES,
  thresholds: EXPONENTIAL_THRESHOLDS,
  heights: EXPONENTIAL_HEIGHTS,
} = EXPONENTIAL;
const { scales: NORMAL_SCALES, thresholds: NORMAL_THRESHOLDS, heights: NORMAL_HEIGHTS } = NORMAL;

/**
 * A stream of random numbers: xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number
 * generators", ACM TOMS 47(4), 2021), period 2^128 - 1, state in four plain integer fields.
 *
 * Streams are named: each (seed, replication, name) has its own, so a model that keeps one stream for each source of
 * randomness has common random numbers between variants, and its results do not depend on which worker runs which
 * replication. The 128 bits of state come from a hash, so neighbouring seeds and replications have unrelated
 * streams; two of n streams of length l overlap with a chance of about n^2 l / 2^128.
 *
 * Every method gives the same numbers on every engine: only integer arithmetic, + - * / and `elementary.ts`.
 */
export class RandomStream {
  private s0: number;
  private s1: number;
  private s2: number;
  private s3: number;
  /**
   * The last draw. Drawn into a field, not returned, because the engine puts a double that a function returns on the
   * heap, 16 bytes a call, unless it inlines the function; the public methods are small enough that it always does.
   */
  private drawn = Number.NaN;

  /** @param s0 to s3: 32-bit integers, not all 0. */
  constructor(s0: number, s1: number, s2: number, s3: number) {
    this.s0 = s0 | 0;
    this.s1 = s1 | 0;
    this.s2 = s2 | 0;
    this.s3 = s3 | 0;
    if ((this.s0 | this.s1 | this.s2 | this.s3) === 0) {
      throw new RangeError('a random stream cannot start from four zeros: it would never leave them');
    }
  }

  /**
   * The stream of one source of randomness.
   * @param seed and replication: integers within +-2^53; anything else is refused, as it would be rounded silently.
   * @param name of the entity and the purpose, such as `vm3/arrivals`.
   */
  static named(seed: number, replication: number, name: string): RandomStream {
    if (!Number.isSafeInteger(seed)) throw new RangeError(`seed ${seed} is not an integer within +-2^53`);
    if (!Number.isSafeInteger(replication)) {
      throw new RangeError(`replication ${replication} is not an integer within +-2^53`);
    }
    const input = new Uint32Array(4 + name.length);
    input[0] = seed;
    input[1] = Math.floor(seed / 2 ** 32);
    input[2] = replication;
    input[3] = Math.floor(replication / 2 ** 32);
    for (let i = 0; i < name.length; i++) input[4 + i] = name.charCodeAt(i);
    const [s0, s1, s2, s3] = hash128(input);
    return new RandomStream(s0, s1, s2, (s0 | s1 | s2 | s3) === 0 ? 1 : s3);
  }

  /** Uniform over 0 ... 2^32 - 1. */
  uint32(): number {
    return this.next() >>> 0;
  }

  /** Uniform in [0, 1): a multiple of 2^-53, all 53 bits random (two steps of the generator). */
  uniform(): number {
    this.drawUniform();
    return this.drawn;
  }

  /** Uniform over 0 ... n - 1, without bias. @param n an integer in 1 ... 2^32. */
  integer(n: number): number {
    if (!(n >= 1 && n <= 0x100000000 && Number.isInteger(n))) {
      throw new RangeError(`integer(n) needs an integer n in 1 ... 2^32, got ${n}`);
    }
    if (n > 0x200000) return this.integerByRejection(n);
    // Lemire, "Fast random integer generation in an interval", ACM TOMACS 29(1), 2019; n * 2^32 fits a double here.
    let product = this.uint32() * n;
    let low = product >>> 0;
    if (low < n) {
      const threshold = 0x100000000 % n;
      while (low < threshold) {
        product = this.uint32() * n;
        low = product >>> 0;
      }
    }
    return (product - low) / 0x100000000;
  }

  /**
   * Exponential with mean 1, by the ziggurat method (Marsaglia and Tsang, J. Stat. Soft. 5(8), 2000) with 256 layers
   * and separate random bits for layer and position (Doornik 2005), position with 53 bits.
   */
  exponential(): number {
    this.drawExponential();
    return this.drawn;
  }

  /** Normal with mean 0 and variance 1; ziggurat as in `exponential`, position with 52 bits and one for the sign. */
  normal(): number {
    this.drawNormal();
    return this.drawn;
  }

  private drawUniform(): void {
    const high = this.next() >>> 6;
    this.drawn = (high * 0x8000000 + (this.next() >>> 5)) * TWO_POW_MINUS_53;
  }

  /**
   * With the generator's two steps written out, which makes it faster, and too large for the engine to inline: so
   * `exponential` stays small, and is inlined wherever it is called often.
   */
  private drawExponential(): void {
    let beyond = 0;
    for (;;) {
      let s0 = this.s0;
      let s1 = this.s1;
      let s2 = this.s2;
      let s3 = this.s3;
      let scrambled = Math.imul(s1, 5);
      const high = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
      let shifted = s1 << 9;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= shifted;
      s3 = (s3 << 11) | (s3 >>> 21);
      scrambled = Math.imul(s1, 5);
      const low = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
      shifted = s1 << 9;
      s2 ^= s0;
      s3 ^= s1;
      this.s1 = s1 ^ s2;
      this.s0 = s0 ^ s3;
      this.s2 = s2 ^ shifted;
      this.s3 = (s3 << 11) | (s3 >>> 21);

      const layer = high & 0xff;
      const position = (high >>> 8) * 0x20000000 + (low >>> 3);
      const x = position * EXPONENTIAL_SCALES[layer]!;
      if (position < EXPONENTIAL_THRESHOLDS[layer]!) {
        this.drawn = beyond + x;
        return;
      }
      if (layer === 0) {
        // The tail of an exponential is the same exponential, further out.
        beyond += EXPONENTIAL_TAIL;
        continue;
      }
      this.drawUniform();
      const bottom = EXPONENTIAL_HEIGHTS[layer]!;
      const height = bottom + this.drawn * (EXPONENTIAL_HEIGHTS[layer + 1]! - bottom);
      operand[0] = -x;
      expOfOperand();
      if (height < operand[0]!) {
        this.drawn = beyond + x;
        return;
      }
    }
  }

  private drawNormal(): void {
    const high = this.next();
    const layer = high & 0xff;
    const position = (high >>> 9) * 0x20000000 + (this.next() >>> 3);
    this.drawn = position * NORMAL_SCALES[layer]!;
    if (position >= NORMAL_THRESHOLDS[layer]!) this.drawNormalBeyond(layer);
    if ((high & 0x100) !== 0) this.drawn = -this.drawn;
  }

  private next(): number {
    const s1 = this.s1;
    const scrambled = Math.imul(s1, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9);
    const s2 = this.s2 ^ this.s0;
    const s3 = this.s3 ^ s1;
    this.s1 = s1 ^ s2;
    this.s0 ^= s3;
    this.s2 = s2 ^ (s1 << 9);
    this.s3 = (s3 << 11) | (s3 >>> 21);
    return result;
  }

  private integerByRejection(n: number): number {
    const shift = Math.clz32(n - 1);
    for (;;) {
      const candidate = this.uint32() >>> shift;
      if (candidate < n) return candidate;
    }
  }

  private drawNormalBeyond(layer: number): void {
    const x = this.drawn;
    if (layer === 0) {
      this.drawNormalTail();
      return;
    }
    this.drawUniform();
    const bottom = NORMAL_HEIGHTS[layer]!;
    const height = bottom + this.drawn * (NORMAL_HEIGHTS[layer + 1]! - bottom);
    operand[0] = -0.5 * x * x;
    expOfOperand();
    // A fresh draw has its own sign; the caller's on top of it leaves it symmetric.
    if (height < operand[0]!) this.drawn = x;
    else this.drawNormal();
  }

  /** Marsaglia, "Generating a variable from the tail of the normal distribution", Technometrics 6(1), 1964. */
  private drawNormalTail(): void {
    for (;;) {
      this.drawExponential();
      const beyond = this.drawn / NORMAL_TAIL;
      this.drawExponential();
      if (2 * this.drawn > beyond * beyond) {
        this.drawn = NORMAL_TAIL + beyond;
        return;
      }
    }
  }
}
