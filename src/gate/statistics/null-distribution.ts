/**
 * How many of `size` pairwise differences lie at or below zero when there is no shift: `cumulative[u]` is
 * P(U <= u). The two rank tests of this folder differ in nothing else.
 */
export interface NullDistribution {
  /** Number of pairwise differences. */
  readonly size: number;
  /** P(U <= u) for u = 0 … size. */
  readonly cumulative: Float64Array;
}

/**
 * Mann and Whitney's U of two independent samples without ties (Annals of Mathematical Statistics 18, 1947, 50):
 * the coefficients of the Gaussian binomial, by multiplying with (1 - q^(n+i)) / (1 - q^i).
 *
 * @param n, m sizes of the samples, at least 1
 */
export function mannWhitneyNull(n: number, m: number): NullDistribution {
  const size = n * m;
  const counts = new Float64Array(size + 1);
  counts[0] = 1;
  for (let i = 1; i <= m; i++) {
    for (let u = size; u >= n + i; u--) counts[u]! -= counts[u - n - i]!;
    for (let u = i; u <= size; u++) counts[u]! += counts[u - i]!;
    // Shares instead of counts: the counts of two samples of 50 leave 2^53 behind.
    const total = (n + i) / i;
    for (let u = 0; u <= size; u++) counts[u]! /= total;
  }
  return { size, cumulative: cumulate(counts) };
}

/**
 * Wilcoxon's signed-rank sum of n paired differences without ties and zeros (Biometrics Bulletin 1, 1945, 80). Its
 * pairwise differences are the Walsh averages of the n differences.
 *
 * @param n number of pairs, at least 1
 */
export function signedRankNull(n: number): NullDistribution {
  const size = (n * (n + 1)) / 2;
  const shares = new Float64Array(size + 1);
  shares[0] = 1;
  for (let rank = 1; rank <= n; rank++) {
    for (let u = size; u >= 0; u--) {
      shares[u] = (shares[u]! + (u >= rank ? shares[u - rank]! : 0)) / 2;
    }
  }
  return { size, cumulative: cumulate(shares) };
}

function cumulate(shares: Float64Array): Float64Array {
  let sum = 0;
  return shares.map((share) => {
    sum += Math.max(0, share);
    return Math.min(1, sum);
  });
}
