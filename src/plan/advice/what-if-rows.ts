import type { Host } from '../../model/scenario/scenario.ts';
import { upAfter } from '../boot/boot-time.ts';
import { courseCost } from '../cost/course-cost.ts';
import { diskPricePerHour, hourlyPrice } from '../cost/host-price.ts';
import type { PlanQuestion } from '../plan-question.ts';
import type { WhatIfRow } from '../result/plan-result.ts';
import type { Evaluator } from '../search/evaluator.ts';
import { candidateOf, exploreHost, type HostFinding, mostSeats } from '../search/explore-host.ts';
import { seatDisk } from '../search/host-limits.ts';
import { largestSeats } from '../search/largest-seats.ts';
import { type Factor, pairedFactor, type Variant } from './what-if.ts';

const PAIRS = 3;

/** What each variant would do to the recommended host: to the feel at the same seats, to its seats, to the price. */
export async function whatIfRows(
  finding: HostFinding,
  variants: readonly Variant[],
  question: PlanQuestion,
  evaluator: Evaluator,
): Promise<readonly WhatIfRow[]> {
  const { host } = finding;
  const seats = Math.max(1, finding.seats);
  const now = upAfter(finding.lab, host, seats);
  const rows = await Promise.all(
    variants.map(async (variant): Promise<WhatIfRow> => {
      const [factor, then] = await Promise.all([
        factorOf(finding, variant, seats, evaluator),
        seatsWith(finding, variant, question, evaluator),
      ]);
      const { change, text, lab } = variant;
      const after = upAfter(lab, host, seats);
      return {
        change,
        text,
        seats: then,
        factor,
        courseUsd: costOn({ ...finding, lab, seats: then }, question),
        bootFactor: now === null || after === null ? null : after / now,
      };
    }),
  );
  return rows.filter((row, index) => variants[index]!.touches !== 'boot' || tells(row, finding));
}

/** Something that only changes how everybody comes up is worth a row when it does. */
const WORTH_TELLING = 0.02;

const tells = ({ seats, bootFactor }: WhatIfRow, finding: HostFinding): boolean =>
  seats !== finding.seats || (bootFactor !== null && Math.abs(bootFactor - 1) > WORTH_TELLING);

async function factorOf(
  { host, lab, phases }: HostFinding,
  { lab: changed, touches }: Variant,
  seats: number,
  evaluator: Evaluator,
): Promise<Factor | null> {
  if (touches === 'boot') return null;
  const phase = phases[0]!;
  const [before, after] = await Promise.all([
    evaluator.replications(lab, phase, host, seats, PAIRS),
    touches === 'pinned'
      ? evaluator.replications(changed, phase, partOf(host, seats), 1, PAIRS)
      : evaluator.replications(changed, phase, host, seats, PAIRS),
  ]);
  return pairedFactor(before, after);
}

async function seatsWith(
  finding: HostFinding,
  { lab, touches }: Variant,
  { targets, seats: asked }: PlanQuestion,
  evaluator: Evaluator,
): Promise<number> {
  const { host, phases, seats, limits, binding } = finding;
  if (touches === 'pinned') {
    const ask = (count: number) => evaluator.ask(lab, phases, partOf(host, count), 1, 'explore');
    return (await largestSeats(limits[0]!.seats, ask, Math.max(1, seats))).seats;
  }
  const candidate = candidateOf(lab, host, targets, asked, []);
  if (touches === 'boot' && binding.cause !== 'boot') return Math.min(seats, mostSeats(candidate));
  return (await exploreHost(candidate, evaluator, Math.max(1, seats))).seats;
}

/** The CPUs and the share of the card that a seat has to itself when each of so many is pinned to its own. */
function partOf(host: Host, seats: number): Host {
  const { cpus, threadsPerCore, nic } = host;
  const cores = Math.max(1, Math.floor(cpus / threadsPerCore / seats));
  return {
    ...host,
    cpus: cores * threadsPerCore,
    nic: nic === null ? null : ((nic / seats) as NonNullable<Host['nic']>),
  };
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
