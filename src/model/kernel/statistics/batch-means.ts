import { type ConfidenceInterval, confidenceInterval } from './confidence-interval.ts';
import { type NeighbourCorrelation, neighbourCorrelation } from './von-neumann.ts';

const DEFAULT_CAPACITY = 512;
const LEAST_BATCHES = 16;

export interface BatchInterval extends ConfidenceInterval {
  /** Observations in each of the batches the interval rests on. */
  readonly batchSize: number;
  /** Of those batches. `independent` false: the run is too short for its correlation, and the interval too narrow. */
  readonly neighbours: NeighbourCorrelation;
}

/**
 * Batch means of one long run, in bounded space: when the batches are full, neighbours are merged and the batch size
 * doubles, so there are always between half of `capacity` and `capacity` of them.
 */
export class BatchMeans {
  private readonly sums: Float64Array;
  private batches = 0;
  private size = 1;
  private sum = 0;
  private within = 0;
  private observations = 0;

  /** @param capacity a power of two >= 32. */
  constructor(capacity = DEFAULT_CAPACITY) {
    if (!(capacity >= 2 * LEAST_BATCHES && capacity <= 2 ** 30 && (capacity & (capacity - 1)) === 0)) {
      throw new RangeError(
        `the capacity for batches is a power of two >= ${2 * LEAST_BATCHES}, got ${capacity}`,
      );
    }
    this.sums = new Float64Array(capacity);
  }

  add(value: number): void {
    this.observations++;
    this.sum += value;
    if (++this.within < this.size) return;
    this.sums[this.batches++] = this.sum;
    this.sum = 0;
    this.within = 0;
    if (this.batches === this.sums.length) this.merge();
  }

  get count(): number {
    return this.observations;
  }

  get batchSize(): number {
    return this.size;
  }

  /** Means of the full batches, oldest first. */
  means(): number[] {
    return Array.from(this.sums.subarray(0, this.batches), (sum) => sum / this.size);
  }

  /**
   * The interval on the mean over the full batches, which are merged until neighbours pass for independent or
   * fewer than 32 are left. Null with fewer than 16 batches.
   */
  interval(confidence = 0.95): BatchInterval | null {
    return batchInterval(this.means(), this.size, confidence);
  }

  private merge(): void {
    const half = this.sums.length / 2;
    for (let i = 0; i < half; i++) this.sums[i] = this.sums[2 * i]! + this.sums[2 * i + 1]!;
    this.batches = half;
    this.size *= 2;
  }
}

/** As `BatchMeans.interval`, on given means of batches of `size` observations. */
export function batchInterval(
  means: readonly number[],
  size: number,
  confidence = 0.95,
): BatchInterval | null {
  let current = means;
  let batchSize = size;
  if (current.length < LEAST_BATCHES) return null;
  for (;;) {
    const neighbours = neighbourCorrelation(current);
    if (neighbours.independent || current.length < 2 * LEAST_BATCHES) {
      return { ...confidenceInterval(current, confidence), batchSize, neighbours };
    }
    current = mergedNeighbours(current);
    batchSize *= 2;
  }
}

/** Pairwise means; an odd one is left out at the start, where the run is furthest from steady. */
function mergedNeighbours(means: readonly number[]): number[] {
  const odd = means.length % 2;
  return Array.from({ length: (means.length - odd) / 2 }, (_, i) => {
    return (means[odd + 2 * i]! + means[odd + 2 * i + 1]!) / 2;
  });
}
