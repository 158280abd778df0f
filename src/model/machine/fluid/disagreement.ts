/** How far the fluid engine was from the exact one on random labs (benchmarks/machine/disagreement.mjs). */
export interface KnownError {
  /** When it was found out. */
  readonly date: string;
  readonly seed: number;
  readonly labs: number;
  readonly regimes: readonly RegimeError[];
}

/** Labs that are alike in how short of CPUs they are. */
export interface RegimeError {
  readonly name: string;
  readonly title: string;
  readonly labs: number;
  /** Of time on a CPU, mean and 95th percentile of response: per cent; of ready time: points. */
  readonly share: Disagreement;
  readonly ready: Disagreement;
  readonly response: Disagreement;
  readonly tail: Disagreement;
}

/** Over the roles of the labs: median of the signed difference, median, 90th percentile and largest of its size. */
export interface Disagreement {
  readonly count: number;
  readonly bias: number;
  readonly median: number;
  readonly p90: number;
  readonly largest: number;
}
