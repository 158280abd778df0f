import { courseCost } from '../cost/course-cost.ts';
import { diskPricePerHour, hourlyPrice } from '../cost/host-price.ts';
import type { PlanQuestion } from '../plan-question.ts';
import type { WhatIfRow } from '../result/plan-result.ts';
import type { Evaluator } from '../search/evaluator.ts';
import { candidateOf, exploreHost, type HostFinding } from '../search/explore-host.ts';
import { seatDisk } from '../search/host-limits.ts';
import { pairedFactor, type Variant } from './what-if.ts';

/** What each variant would do to the recommended host: to the feel at the same seats, to its seats, to the price. */
export async function whatIfRows(
  finding: HostFinding,
  variants: readonly Variant[],
  question: PlanQuestion,
  evaluator: Evaluator,
): Promise<readonly WhatIfRow[]> {
  const { host, lab, phases } = finding;
  const seats = Math.max(1, finding.seats);
  return Promise.all(
    variants.map(async ({ change, text, lab: changed }): Promise<WhatIfRow> => {
      const [factor, explored] = await Promise.all([
        pairedFactor(evaluator, lab, changed, phases[0]!, host, seats),
        exploreHost(candidateOf(changed, host, question.targets, question.seats, []), evaluator, seats),
      ]);
      return { change, text, seats: explored.seats, factor, courseUsd: costOn(explored, question) };
    }),
  );
}

/** The course on hosts of this kind alone; null when they hold no seat or have no price. */
export function costOn({ host, lab, seats }: HostFinding, question: PlanQuestion): number | null {
  const price = hourlyPrice(host, question.terms);
  if (price === null || seats === 0) return null;
  const hosts = Math.ceil(question.seats / seats);
  const disk = diskPricePerHour(host, seatDisk(lab.template));
  return courseCost(
    hosts * price.usdPerHour,
    disk === null ? null : disk * question.seats,
    question.seats,
    question.course,
  ).usd;
}
