import { NS_PER_SECOND } from '../kernel/units.ts';
import type { GuestMeasurement, ResponseMeasurement } from '../machine/measurement.ts';
import type { ReplicationOutcome } from './replication.ts';
import { tailSlowdown } from './tail-slowdown.ts';

/** The guests that one figure is pooled over. */
export interface GuestPool {
  readonly role: string;
  readonly level: number;
  readonly replications: readonly PooledReplication[];
}

export interface PooledReplication {
  readonly guests: readonly GuestMeasurement[];
  /** One for each seat, when guests of this role answer requests. */
  readonly services: readonly Service[];
  /** Length of the measured window. */
  readonly seconds: number;
}

/** How the guests of the role in one seat answered, beside the same guests alone on the metal. */
export interface Service {
  readonly nested: ResponseMeasurement;
  readonly alone: ResponseMeasurement;
}

/** The guests of every role, over all seats; roles in the order the machine lists them. */
export function poolByRole(outcomes: readonly ReplicationOutcome[]): readonly GuestPool[] {
  const levels = new Map((outcomes[0]?.machine.guests ?? []).map(({ role, level }) => [role, level]));
  return Array.from(levels, ([role, level]) => ({
    role,
    level,
    replications: outcomes.map((outcome) => pooled(outcome, role)),
  }));
}

function pooled({ machine, alone }: ReplicationOutcome, role: string): PooledReplication {
  const aloneBySeat = new Map(
    alone.filter((responses) => responses.role === role).map((responses) => [responses.seat, responses]),
  );
  return {
    guests: machine.guests.filter((guest) => guest.role === role),
    services: machine.responses
      .filter((responses) => responses.role === role)
      .map((nested) => ({ nested, alone: aloneBySeat.get(nested.seat)! })),
    seconds: (machine.end - machine.start) / NS_PER_SECOND,
  };
}

/** How much longer answers take on average than alone on the metal; null when there is nothing to compare. */
export function slowdownOf(services: readonly Service[]): number | null {
  const nested = meanResponse(services.map((service) => service.nested));
  const alone = meanResponse(services.map((service) => service.alone));
  return nested === null || alone === null ? null : nested / alone;
}

/** The same of the 95th percentile of response. */
export const tailSlowdownOf = (services: readonly Service[]): number | null =>
  tailSlowdown(
    services.map((service) => service.nested),
    services.map((service) => service.alone),
  );

/** The mean over all requests, in nanoseconds; null when none was answered. */
export function meanResponse(responses: readonly ResponseMeasurement[]): number | null {
  const count = responses.reduce((sum, entry) => sum + entry.count, 0);
  if (count === 0) return null;
  return (
    responses.reduce((sum, entry) => sum + (entry.count === 0 ? 0 : entry.count * entry.mean), 0) / count
  );
}
