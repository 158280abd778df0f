import { NS_PER_MS } from '../kernel/units.ts';
import type { SynchronisationMeasurement } from '../machine/measurement.ts';
import type { GuestPool, PooledReplication } from './guest-pool.ts';
import type { Metric } from './result.ts';
import { rowOf, type SampledRow, unlessZero } from './row.ts';

/** How tasks of one role wait for each other, and how often their vCPUs trap for it. */
export function synchronisationRows(pool: GuestPool): readonly SampledRow[] {
  const { role, level, replications } = pool;
  const means = (
    metric: Metric,
    of: keyof SynchronisationMeasurement,
    over: keyof SynchronisationMeasurement,
  ) =>
    rowOf(
      { entity: role, level, metric, unit: 'ms' },
      replications.map((replication) => scaled(ratio(replication, of, over), 1 / NS_PER_MS)),
    );
  return [
    ...means('lock-wait', 'lockWait', 'sections'),
    ...rowOf(
      { entity: role, level, metric: 'lock-holder-preempted', unit: '%' },
      replications.map((replication) => scaled(ratio(replication, 'preempted', 'sectionsLeft'), 100)),
    ),
    ...means('barrier-wait', 'barrierWait', 'barriers'),
    ...unlessZero(
      rowOf({ entity: role, level, metric: 'spin-exits', unit: '1/s' }, replications.map(exitsPerVcpu)),
    ),
  ];
}

/** Over all guests of the role; null without any. */
function ratio(
  { guests }: PooledReplication,
  of: keyof SynchronisationMeasurement,
  over: keyof SynchronisationMeasurement,
): number | null {
  const total = (part: keyof SynchronisationMeasurement): number =>
    guests.reduce((sum, { synchronisation }) => sum + (synchronisation?.[part] ?? 0), 0);
  return total(over) === 0 ? null : total(of) / total(over);
}

const scaled = (value: number | null, factor: number): number | null =>
  value === null ? null : value * factor;

function exitsPerVcpu({ guests, seconds }: PooledReplication): number {
  const each = guests.flatMap(({ vcpus }) => vcpus.map(({ spinExits }) => spinExits));
  return each.reduce((sum, exits) => sum + exits, 0) / each.length / seconds;
}
