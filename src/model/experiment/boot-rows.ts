import { NS_PER_SECOND } from '../kernel/units.ts';
import type { BootMeasurement, GuestBoot } from '../machine/boot/simulate-boot.ts';
import type { ReplicationOutcome } from './replication.ts';
import { quantilesOf, rowOf, type SampledRow } from './row.ts';

/**
 * How long each role takes to come up, from its own start; and on the host's row, from the first start until the last
 * of all is up. A replication that was given up counts with the time it was given.
 */
export function bootRows(outcomes: readonly ReplicationOutcome[]): readonly SampledRow[] {
  const boots = outcomes.flatMap(({ boot }) => (boot === null ? [] : [boot]));
  if (boots.length === 0) return [];
  const roles = new Map(boots[0]!.guests.map(({ role, level }) => [role, level]));
  const baseLevel = Math.min(...roles.values()) - 1;
  return [
    ...rowOf(
      { entity: 'host', level: baseLevel, metric: 'boot-all', unit: 's' },
      boots.map(({ allUpAt, end }) => (allUpAt ?? end) / NS_PER_SECOND),
    ),
    ...[...roles].flatMap(([role, level]) => {
      const times = boots.map((boot) => timesOf(boot, role));
      return rowOf(
        { entity: role, level, metric: 'boot-time', unit: 's' },
        times.map(mean),
        quantilesOf(times.flat()),
      );
    }),
  ];
}

function timesOf({ guests, end }: BootMeasurement, role: string): number[] {
  const time = ({ startedAt, upAt }: GuestBoot): number[] =>
    startedAt === null ? [] : [((upAt ?? end) - startedAt) / NS_PER_SECOND];
  return guests.filter((guest) => guest.role === role).flatMap(time);
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
