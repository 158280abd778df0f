import { metricId } from '../metric.ts';
import type { GateResult } from '../result.ts';

/**
 * Bencher Metric Format: by benchmark and measure the candidate's value. The bounds are where the candidate would lie
 * if the baseline were exact: baseline times the interval of the change.
 */
export function toBencher({ rows }: GateResult): string {
  const benchmarks = rows.flatMap(({ key, baseline, candidate, low, high }) => {
    if (candidate === null) return [];
    const bounds =
      baseline === null || low === null || high === null
        ? {}
        : { lower_value: baseline * low, upper_value: baseline * high };
    return [[metricId(key), { [measureOf(key.kind)]: { value: candidate, ...bounds } }] as const];
  });
  return `${JSON.stringify(Object.fromEntries(benchmarks), null, 2)}\n`;
}

/** The `customSmallerIsBetter` format of github-action-benchmark. */
export function toSmallerIsBetter({ rows }: GateResult): string {
  const entries = rows.flatMap(({ key, name, verdict, baseline, candidate, low, high, reason }) => {
    if (candidate === null) return [];
    const half = baseline === null || low === null || high === null ? null : (baseline * (high - low)) / 2;
    return [
      {
        name,
        unit: key.kind === 'exits' ? 'exits/op' : 'x',
        value: candidate,
        ...(half === null ? {} : { range: `± ${Number(half.toPrecision(3))}` }),
        extra: `${verdict}: ${reason}`,
      },
    ];
  });
  return `${JSON.stringify(entries, null, 2)}\n`;
}

const measureOf = (kind: 'time' | 'instructions' | 'exits'): string =>
  kind === 'exits' ? 'exits-per-operation' : 'overhead-ratio';
