export interface Truncation {
  /** Observations to leave out at the start. */
  readonly count: number;
  /** False when the rule wants more than half of the run left out: the run is too short to have settled. */
  readonly settled: boolean;
}

/**
 * Where the warm-up ends, by MSER-5: the cut that makes the marginal standard error of the rest least, over means of
 * 5 observations (K. P. White, "An effective truncation heuristic for bias reduction in simulation output",
 * Simulation 69(6), 1997; batches of 5: Spratt 1998).
 *
 * Cuts are looked for in the first half, as usual, because near the end the error of few batches means nothing.
 */
export function mser5(observations: ArrayLike<number>, batchSize = 5): Truncation {
  const batches = Math.floor(observations.length / batchSize);
  if (batches < 4) return { count: 0, settled: false };
  const means = new Float64Array(batches);
  for (let batch = 0; batch < batches; batch++) {
    let sum = 0;
    for (let i = 0; i < batchSize; i++) sum += observations[batch * batchSize + i]!;
    means[batch] = sum / batchSize;
  }
  return leastMarginalError(means, batchSize);
}

function leastMarginalError(means: Float64Array, batchSize: number): Truncation {
  const batches = means.length;
  // From the end to the start, Welford's update gives every suffix's sum of squares in one pass.
  let mean = 0;
  let squares = 0;
  let bestAnywhere = Number.POSITIVE_INFINITY;
  let bestInHalf = Number.POSITIVE_INFINITY;
  let cut = 0;
  const half = batches >> 1;
  for (let start = batches - 1; start >= 0; start--) {
    const kept = batches - start;
    const deviation = means[start]! - mean;
    mean += deviation / kept;
    squares += deviation * (means[start]! - mean);
    // A handful of batches may agree by chance; the usual implementations leave the last five out.
    if (kept < 5) continue;
    const error = squares / (kept * kept);
    if (error <= bestAnywhere) bestAnywhere = error;
    if (start <= half && error <= bestInHalf) {
      bestInHalf = error;
      cut = start;
    }
  }
  return { count: cut * batchSize, settled: bestInHalf <= bestAnywhere };
}
