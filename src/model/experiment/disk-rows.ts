import { LogHistogram } from '../kernel/statistics/log-histogram.ts';
import { NS_PER_MS, NS_PER_SECOND } from '../kernel/units.ts';
import type { StorageMeasurement } from '../machine/measurement.ts';
import type { GuestPool } from './guest-pool.ts';
import type { ReplicationOutcome } from './replication.ts';
import type { Metric, Unit } from './result.ts';
import { histogramQuantiles, NO_QUANTILES, type Quantiles, rowOf, type SampledRow } from './row.ts';

/** The host's disk: what it did, how much of what it can do that was, and how long an I/O took there. */
export function diskRows(outcomes: readonly ReplicationOutcome[]): readonly SampledRow[] {
  const level = Math.min(...outcomes[0]!.machine.guests.map((guest) => guest.level)) - 1;
  const row = (
    metric: Metric,
    unit: Unit,
    of: (storage: StorageMeasurement, seconds: number) => number | null,
    quantiles: Quantiles = NO_QUANTILES,
  ): SampledRow[] =>
    rowOf(
      { entity: 'host', level, metric, unit },
      outcomes.map(({ machine: { storage, start, end } }) =>
        storage === null ? null : of(storage, (end - start) / NS_PER_SECOND),
      ),
      quantiles,
    );
  const all = new LogHistogram();
  for (const { machine } of outcomes) {
    if (machine.storage !== null) all.add(machine.storage.latency);
  }
  const p95 = ({ latency }: StorageMeasurement): number | null => {
    const histogram = LogHistogram.from(latency);
    return histogram.count === 0 ? null : histogram.quantile(0.95) / NS_PER_MS;
  };
  return [
    ...row('disk-throughput', '1/s', ({ completed }, seconds) => completed / seconds),
    ...row('disk-used', '%', (storage) => 100 * diskUse(storage).share),
    ...row('disk-latency', 'ms', meanLatency, histogramQuantiles(all, NS_PER_MS)),
    ...row('disk-latency-p95', 'ms', p95),
  ];
}

/** By Little's law, of those that came in the window; exact but for those at its edges. */
const meanLatency = ({ presence, completed }: StorageMeasurement): number | null =>
  completed === 0 ? null : presence / completed / NS_PER_MS;

/** Of what a disk can do, by whichever of its limits is nearest, the share that was used. */
export function diskUse({ places, iops, bandwidth }: StorageMeasurement): {
  readonly share: number;
  readonly by: 'its places' | 'its I/Os a second' | 'its bandwidth';
} {
  if (iops >= places && iops >= bandwidth) return { share: iops, by: 'its I/Os a second' };
  return bandwidth >= places
    ? { share: bandwidth, by: 'its bandwidth' }
    : { share: places, by: 'its places' };
}

/** How long one I/O takes as the system of a guest sees it, all layers included. */
export function diskWaitRow({ role, level, replications }: GuestPool): readonly SampledRow[] {
  return rowOf(
    { entity: role, level, metric: 'disk-wait', unit: 'ms' },
    replications.map(({ guests }) => {
      const finished = guests.reduce((sum, { disk }) => sum + (disk?.finished ?? 0), 0);
      const time = guests.reduce((sum, { disk }) => sum + (disk?.time ?? 0), 0);
      return finished === 0 ? null : time / finished / NS_PER_MS;
    }),
  );
}
