import { NS_PER_MS } from '../kernel/units.ts';
import type { VcpuTime } from '../machine/measurement.ts';
import { diskWaitRow } from './disk-rows.ts';
import {
  type GuestPool,
  meanResponse,
  type PooledReplication,
  slowdownOf,
  tailSlowdownOf,
} from './guest-pool.ts';
import type { Metric } from './result.ts';
import { histogramQuantiles, quantilesOf, rowOf, type SampledRow, unlessZero } from './row.ts';
import { synchronisationRows } from './synchronisation-rows.ts';
import { mergedResponses } from './tail-slowdown.ts';

/** Every figure of one role: what its users feel, what its vCPUs waited for. */
export function guestRows(pool: GuestPool): readonly SampledRow[] {
  const answers = pool.replications.some(({ services }) => services.length > 0);
  return [
    ...(answers
      ? [...slowdownRows(pool), ...responseRow(pool), ...throughputRow(pool), ...diskWaitRow(pool)]
      : []),
    ...vcpuRow(pool, 'running', ({ running }, total) => running / total),
    ...vcpuRow(pool, 'ready', ({ ready }, total) => ready / total),
    ...vcpuRow(pool, 'steal', ({ ready, running }) => share(ready, ready + running)),
    ...unlessZero(vcpuRow(pool, 'co-stop', ({ coStopped }, total) => coStopped / total)),
    ...unlessZero(vcpuRow(pool, 'limited', ({ limited }, total) => limited / total)),
    ...vcpuRow(pool, 'hidden-steal', ({ hiddenSteal }, total) => hiddenSteal / total),
    ...vcpuRow(pool, 'halted', ({ halted }, total) => halted / total),
    ...unlessZero(vcpuRow(pool, 'spin', ({ spinning }, total) => spinning / total)),
    ...unlessZero(vcpuRow(pool, 'polling', ({ polling }, total) => polling / total)),
    ...synchronisationRows(pool),
  ];
}

/** Mean and tail slowdown; the mean is over all requests, the quantiles are over seats. */
function slowdownRows({ role, level, replications }: GuestPool): readonly SampledRow[] {
  const row = (metric: Metric, of: typeof slowdownOf): SampledRow[] =>
    rowOf(
      { entity: role, level, metric, unit: 'ratio' },
      replications.map(({ services }) => of(services)),
      quantilesOf(
        replications
          .flatMap(({ services }) => services)
          .map((service) => of([service]))
          .filter((value) => value !== null),
      ),
    );
  return [...row('slowdown', slowdownOf), ...row('slowdown-p95', tailSlowdownOf)];
}

function responseRow({ role, level, replications }: GuestPool): readonly SampledRow[] {
  const nested = ({ services }: PooledReplication) => services.map((service) => service.nested);
  return rowOf(
    { entity: role, level, metric: 'response', unit: 'ms' },
    replications.map((replication) => {
      const time = meanResponse(nested(replication));
      return time === null ? null : time / NS_PER_MS;
    }),
    histogramQuantiles(mergedResponses(replications.flatMap(nested)), NS_PER_MS),
  );
}

/** Jobs finished a second by one guest. */
function throughputRow({ role, level, replications }: GuestPool): readonly SampledRow[] {
  const each = replications.map(({ guests, seconds }) =>
    guests.map(({ jobs }) => (jobs?.completed ?? 0) / seconds),
  );
  return rowOf(
    { entity: role, level, metric: 'throughput', unit: '1/s' },
    each.map(mean),
    quantilesOf(each.flat()),
  );
}

function vcpuRow(
  { role, level, replications }: GuestPool,
  metric: Metric,
  shareOf: (time: VcpuTime, total: number) => number,
): readonly SampledRow[] {
  const each = replications.map(({ guests }) =>
    guests.flatMap(({ vcpus }) => vcpus.map((time) => 100 * shareOf(time, wholeOf(time)))),
  );
  return rowOf({ entity: role, level, metric, unit: '%' }, each.map(mean), quantilesOf(each.flat()));
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

function wholeOf({ running, ready, coStopped, limited, halted }: VcpuTime): number {
  return running + ready + coStopped + limited + halted;
}

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
