import type { HostRow, ParameterRow, PlanResult, Recommendation } from '../../plan/result/plan-result.ts';
import { CAUSE_WORDS, countSeats, feelWord, secondsText } from '../../plan/result/words.ts';
import { bytesText } from '../text/figure.ts';

/** `1,240`: dollars without cents, as a budget has them. */
export const dollars = (value: number): string =>
  value < 10 ? value.toFixed(2) : String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');

/** `2 × m8i.24xlarge with up to 12 seats each`. */
export function hostsText({ hosts }: Recommendation): string {
  return hosts
    .map(
      ({ host, count, seats }) =>
        `${count} × ${host} with up to ${countSeats(seats)}${count > 1 ? ' each' : ''}`,
    )
    .join(' and ');
}

/**
 * The cheapest hosts, and those that are recommended where they are not among them. Hosts that hold no seat are in the way
 * among many that do.
 */
export function hostsToShow({ hosts, recommended, second }: PlanResult, most: number): readonly HostRow[] {
  const chosen = new Set(
    [recommended, second].flatMap((choice) => choice?.hosts.map(({ host }) => host) ?? []),
  );
  const mayBeEmpty = hosts.length <= most || hosts[0]?.seats === 0;
  return hosts.filter(
    ({ host, seats }, index) => (index < most && (seats > 0 || mayBeEmpty)) || chosen.has(host),
  );
}

/** `131 hold no seat (60 for memory, 40 for CPU ready, 31 for a rule)`; null when every host holds one. */
export function emptyHostsText({ hosts }: PlanResult): string | null {
  const empty = hosts.filter(({ seats }) => seats === 0);
  if (empty.length === 0) return null;
  const counts = new Map<HostRow['binds'], number>();
  for (const { binds } of empty) counts.set(binds, (counts.get(binds) ?? 0) + 1);
  const reasons = [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([cause, count]) => `${count} for ${CAUSE_WORDS[cause]}`);
  return `${empty.length} ${empty.length === 1 ? 'holds' : 'hold'} no seat (${reasons.join(', ')})`;
}

/** The answer in sentences. */
export function answerLines(result: PlanResult): readonly string[] {
  const { question, recommended, second } = result;
  const { template, course, probability, targets } = question;
  const seat = `A seat is ${template.vcpus} vCPUs and ${bytesText(template.memoryBytes)}; ${course.sessions} sessions of ${course.hours} hours.`;
  if (recommended === null && !result.complete && result.hosts.length < question.candidates) {
    return [
      `Stopped before a host that holds a seat was found: ${result.hosts.length} of ${question.candidates} were looked at.`,
      seat,
    ];
  }
  if (recommended === null) {
    const best = [...result.hosts].sort((a, b) => b.seats - a.seats)[0];
    const unpriced =
      best !== undefined && best.seats > 0 ? ` ${best.host} holds ${best.seats}, and has no price.` : '';
    return [
      `No host that has a price holds a seat within the targets.${unpriced}`,
      ...(best === undefined || best.seats > 0
        ? []
        : [`Closest to see why: ${best.host}: ${CAUSE_WORDS[best.binds]}: ${best.bindsText}.`]),
      seat,
    ];
  }
  const engine = recommended.confirmed
    ? 'confirmed by the exact engine'
    : 'explored by the fluid engine, not confirmed';
  return [
    `Take ${hostsText(recommended)}: ${dollars(recommended.cost.usd)} USD for the course, ${recommended.cost.usdPerSeatHour.toFixed(3)} USD a seat and hour, ${recommended.usdPerHour.toFixed(2)} USD an hour while it runs.`,
    `It will feel ${feelWord(recommended.feel)} (${recommended.feel} of 100): the slowest of twenty actions takes ${recommended.slowdownP95.toFixed(2)} times as long as on the bare machine${recommended.slowdownBound === null ? '' : `, at most ${recommended.slowdownBound.toFixed(2)} times with ${100 * probability} % probability`}, against ${targets.probeP95Slowdown} asked for; ${engine}.`,
    ...bootLine(recommended),
    ...(recommended.binds === 'asked'
      ? []
      : [`One seat more on a host fails for ${CAUSE_WORDS[recommended.binds]}: ${recommended.bindsText}.`]),
    ...(second === null
      ? []
      : [
          `Second choice: ${hostsText(second)}, ${dollars(second.cost.usd)} USD (${signed(second.cost.usd / recommended.cost.usd - 1)}); it will feel ${feelWord(second.feel)} (${second.feel} of 100).`,
        ]),
    seat,
  ];
}

function bootLine({ boot }: Recommendation): string[] {
  if (boot === null) return [];
  const start =
    boot.stagger === 0 ? 'all seats are started at once' : `a seat is started every ${boot.stagger} s`;
  const by = boot.engine === 'arithmetic' ? 'by arithmetic' : `by the ${boot.engine} engine`;
  return [
    `All VMs of the fullest host are up about ${secondsText(boot.seconds)} after the first start (${by}; ${start}; ${boot.last} is last), against ${secondsText(boot.limit)} asked for.`,
  ];
}

/** What the exact engine saw on the curve's host; null when it was not asked there. */
export function exactPoint({ recommended, curve }: PlanResult): ExactPoint | null {
  const [host] = recommended?.hosts ?? [];
  if (recommended?.confirmed !== true || host === undefined || host.host !== curve?.host) return null;
  return { seats: host.seats, slowdown: recommended.slowdownP95, bound: recommended.slowdownBound };
}

export interface ExactPoint {
  readonly seats: number;
  readonly slowdown: number;
  /** What the next class stays within, with the probability asked for. */
  readonly bound: number | null;
}

/** `with 8 seats the exact engine sees 1.19×, at most 1.73× with 95 % probability`. */
export const exactText = ({ seats, slowdown, bound }: ExactPoint, probability: number): string =>
  `with ${countSeats(seats)} the exact engine sees ${slowdown.toFixed(2)}×${bound === null ? '' : `, at most ${bound.toFixed(2)}× with ${100 * probability} % probability`}`;

/** Where the curve bends and where it breaks. */
export function kneeText({ knee, full }: NonNullable<PlanResult['curve']>): string {
  const grown = knee === null || knee.seats === null ? null : Math.round(knee.seats);
  const parts = [
    grown === null
      ? 'it does not grow by half up to there'
      : `it has grown by half at about ${countSeats(grown)}`,
    ...(full === null ? [] : [`the CPUs are full from ${full} on`]),
  ];
  return parts.join(', ');
}

const signed = (share: number): string => `${share >= 0 ? '+' : '−'}${Math.abs(100 * share).toFixed(0)} %`;

/** One parameter and what it does. */
export const parameterText = ({ parameter, basis, atLow, atHigh }: ParameterRow): string =>
  `${parameter} (${basis}): slowdown ${atLow.toFixed(2)}× at its low end, ${atHigh.toFixed(2)}× at its high end`;

/** `; coming up takes 0.91 to 1.07 times as long as said above`; nothing when the template does not boot. */
export const upSpread = ({ bootFactor: up }: NonNullable<PlanResult['confidence']>): string =>
  up === null
    ? ''
    : `; coming up takes ${up.low.toFixed(2)} to ${up.high.toFixed(2)} times as long as said above`;

/** ` (1,100 to 1,500 USD for the course on hosts of this kind)`; nothing when all cost the same. */
export const costSpread = ({ courseUsd }: NonNullable<PlanResult['confidence']>): string =>
  courseUsd === null || courseUsd.low === courseUsd.high
    ? ''
    : ` (${dollars(courseUsd.low)} to ${dollars(courseUsd.high)} USD for the course on hosts of this kind)`;

/** `8 seats each time`, `7 to 9 seats (middle 8)`. */
export const seatsSpread = ({ low, middle, high }: NonNullable<PlanResult['confidence']>['seats']): string =>
  low === high ? `${countSeats(low)} each time` : `${low} to ${high} seats (middle ${middle})`;
