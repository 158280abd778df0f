import type { Metric } from '../../../src/model/experiment/result.ts';
import { rowOf, type SampledRow } from '../../../src/model/experiment/row.ts';

/** A row made of the given replications. */
export function sampled(entity: string, metric: Metric, sample: readonly (number | null)[]): SampledRow {
  return rowOf({ entity, level: 2, metric, unit: 'ratio' }, sample)[0]!;
}

/** Replications around `mean`: the same wobble for the same length, so that two of them pair well. */
export const around = (mean: number, n = 10, wobble = 0.1): number[] =>
  Array.from({ length: n }, (_, i) => mean + wobble * Math.sin(5 * i + 1));
