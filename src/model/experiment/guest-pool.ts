import { LogHistogram } from '../kernel/statistics/log-histogram.ts';
import { NS_PER_SECOND } from '../kernel/units.ts';
import type { GuestMeasurement, ResponseMeasurement } from '../machine/measurement.ts';
import type { ReplicationOutcome } from './replication.ts';

/** The guests that one figure is pooled over. */
export interface GuestPool {
  readonly entity: string;
  readonly level: number;
  readonly replications: readonly PooledReplication[];
}

export interface PooledReplication {
  readonly guests: readonly GuestMeasurement[];
  /** One for each role and seat whose guests answer requests. */
  readonly services: readonly Service[];
  /** Length of the measured window. */
  readonly seconds: number;
}

/** How the guests of one role in one seat answered, beside the same guests alone on the metal. */
export interface Service {
  readonly nested: ResponseMeasurement;
  readonly alone: ResponseMeasurement;
}

/** The guests of every role, roles in the order the machine lists them. */
export function poolByRole(outcomes: readonly ReplicationOutcome[]): readonly GuestPool[] {
  return pool(outcomes, ({ role }) => role);
}

/** In every seat the guests of some roles; pools are called `seat-N`. */
export function poolBySeat(
  outcomes: readonly ReplicationOutcome[],
  roles: ReadonlySet<string>,
): readonly GuestPool[] {
  return pool(outcomes, ({ role, entity }) => (roles.has(role) ? entity.split('/')[0]! : null));
}

function pool(
  outcomes: readonly ReplicationOutcome[],
  nameOf: (guest: GuestMeasurement) => string | null,
): readonly GuestPool[] {
  const pools = new Map<string, Pick<GuestPool, 'entity' | 'level'>>();
  for (const guest of outcomes[0]?.machine.guests ?? []) {
    const entity = nameOf(guest);
    if (entity !== null && !pools.has(entity)) pools.set(entity, { entity, level: guest.level });
  }
  return [...pools.values()].map((name) => ({
    ...name,
    replications: outcomes.map((outcome) => pooled(outcome, (guest) => nameOf(guest) === name.entity)),
  }));
}

function pooled(
  { machine, alone }: ReplicationOutcome,
  belongs: (guest: GuestMeasurement) => boolean,
): PooledReplication {
  const guests = machine.guests.filter(belongs);
  const keys = new Set(guests.map(serviceKey));
  const aloneByKey = new Map(alone.map((responses) => [serviceKey(responses), responses]));
  return {
    guests,
    services: machine.responses
      .filter((responses) => keys.has(serviceKey(responses)))
      .map((nested) => ({ nested, alone: aloneByKey.get(serviceKey(nested))! })),
    seconds: (machine.end - machine.start) / NS_PER_SECOND,
  };
}

const serviceKey = ({ seat, role }: { seat: number; role: string }): string => `${seat} ${role}`;

/** How much longer answers take on average than alone on the metal; null when there is nothing to compare. */
export function slowdownOf(services: readonly Service[]): number | null {
  const nested = meanResponse(services.map((service) => service.nested));
  const alone = meanResponse(services.map((service) => service.alone));
  return nested === null || alone === null ? null : nested / alone;
}

/** The same of the 95th percentile of response. */
export function tailSlowdownOf(services: readonly Service[]): number | null {
  const nested = mergedResponses(services.map((service) => service.nested));
  const alone = mergedResponses(services.map((service) => service.alone));
  return nested.count === 0 || alone.count === 0 ? null : nested.quantile(0.95) / alone.quantile(0.95);
}

/** The mean over all requests, in nanoseconds; null when none was answered. */
export function meanResponse(responses: readonly ResponseMeasurement[]): number | null {
  const count = responses.reduce((sum, entry) => sum + entry.count, 0);
  if (count === 0) return null;
  return (
    responses.reduce((sum, entry) => sum + (entry.count === 0 ? 0 : entry.count * entry.mean), 0) / count
  );
}

/** All response times, in nanoseconds. */
export function mergedResponses(responses: readonly ResponseMeasurement[]): LogHistogram {
  const merged = new LogHistogram();
  for (const { histogram } of responses) merged.merge(LogHistogram.from(histogram));
  return merged;
}
