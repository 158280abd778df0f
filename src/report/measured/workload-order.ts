import type { BenchRecord } from '../../bench/record/record.ts';

/** Where each workload stands: as the run was planned, and what was not planned in the order it was measured. */
export function workloadOrder({ header, samples, counters }: BenchRecord): ReadonlyMap<string, number> {
  const names = new Set([
    ...header.plan.workloads,
    ...samples.map(({ workload }) => workload),
    ...counters.map(({ workload }) => workload),
  ]);
  return new Map([...names].map((name, place) => [name, place]));
}
