/**
 * What is gated. Time and instructions are gated as overhead ratios: cost at a level over the cost of the same work at
 * the lowest level, both of the same block, so that a machine that is slow today is slow on both sides of the ratio.
 * Exits are counts for each operation and need no ratio: the metal has none.
 */
export interface MetricKey {
  readonly workload: string;
  readonly level: number;
  readonly kind: 'time' | 'instructions' | 'exits';
}

/** One metric in one record: a value for each valid block, in the order they were measured. */
export interface MetricSeries {
  readonly key: MetricKey;
  /** A control must stay the same between levels; one that moves says that a comparison cannot be trusted. */
  readonly control: boolean;
  /** Counted and so repeatable to a fraction of a per cent on any machine: gated with a tight tolerance. */
  readonly exactLike: boolean;
  readonly values: readonly BlockValue[];
}

export interface BlockValue {
  readonly boot: number;
  readonly block: number;
  /** Above 0. */
  readonly value: number;
}

/** `cpuid in L2, time`, the name of a metric wherever one is shown. */
export function metricName({ workload, level, kind }: MetricKey): string {
  return `${workload} in ${level === 0 ? 'metal' : `L${level}`}, ${KIND_WORDS[kind]}`;
}

/** One word without blanks, for formats that want an identifier. */
export const metricId = ({ workload, level, kind }: MetricKey): string => `${workload}/L${level}/${kind}`;

const KIND_WORDS = { time: 'time', instructions: 'instructions', exits: 'exits an operation' } as const;
