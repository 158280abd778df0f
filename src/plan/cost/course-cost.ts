import type { TemplatePlan } from '../../model/scenario/scenario.ts';

/** What a whole course costs. */
export interface CourseCost {
  readonly usd: number;
  readonly usdPerSeatHour: number;
  /** Hours in which hosts run and are paid for. */
  readonly hours: number;
  readonly hostsUsd: number;
  /** Disks kept from the first session to the last; null when their price is not known. */
  readonly disksUsd: number | null;
  readonly basis: string;
}

const HOURS_A_DAY = 24;

/**
 * Hosts are started for each session and stopped after it. Disks are kept in between: a session a day, or the hours
 * of a session when it is longer than a day.
 *
 * @param usdPerHour of all hosts together while they run
 * @param disksUsdPerHour of all disks together, always; null when not known
 */
export function courseCost(
  usdPerHour: number,
  disksUsdPerHour: number | null,
  seats: number,
  { sessions, hours }: TemplatePlan['course'],
): CourseCost {
  const running = sessions * hours;
  const kept = sessions * Math.max(hours, HOURS_A_DAY);
  const hostsUsd = usdPerHour * running;
  const disksUsd = disksUsdPerHour === null ? null : disksUsdPerHour * kept;
  const usd = hostsUsd + (disksUsd ?? 0);
  return {
    usd,
    usdPerSeatHour: usd / (seats * running),
    hours: running,
    hostsUsd,
    disksUsd,
    basis:
      `${sessions} sessions of ${hours} h, hosts stopped in between` +
      (disksUsd === null ? '; disks not counted' : `, disks kept for ${kept} h`),
  };
}
