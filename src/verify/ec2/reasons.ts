import type { ExitClass } from '../../model/machine/exit-class.ts';
import { type Cause, type Penalty, TOLD } from './penalty.ts';

const NS_PER_US = 1_000;

/** Parts named in a sentence. */
const NAMED = 3;

/** In words, why a workload's penalty is what it is: whose exits, how much, and what would bring it into the band told. */
export function reasonOf({ workload, value, causes, rest }: Penalty): string {
  const own = value - rest;
  const parts = [
    ...causes
      .slice(0, NAMED)
      .map((cause) => `${cause.exitClass} exits ${points(cause.share)} (${rateOf(cause)})`),
    ...(causes.length > NAMED
      ? [`its other exits ${points(causes.slice(NAMED).reduce((sum, { share }) => sum + share, 0))}`]
      : []),
    `sleeps, wake-ups, frames and waiting ${points(rest)}`,
  ];
  const answer = `${workload}: ${percent(value)}, in points: ${parts.join(', ')}`;
  if (value >= TOLD.low && value <= TOLD.high) return `${answer}.`;
  const [side, bound] = value < TOLD.low ? (['below', TOLD.low] as const) : (['above', TOLD.high] as const);
  const factor = (bound - rest) / own;
  if (!(own > 0 && factor > 0)) {
    return `${answer}. ${side} what is told, and not because of its own exits: the rest alone is ${points(rest)} points.`;
  }
  return `${answer}. It is ${side} what is told; with ${times(factor)} as many exits of its own it would be at ${percent(bound)}.`;
}

/** How many there are, and how much dearer each is. */
const rateOf = ({ perSecond, dearer }: Cause): string =>
  `${Math.round(perSecond).toLocaleString('en-US')} × ${(dearer / NS_PER_US).toFixed(1)} us`;

/** How the reasons are to be read. */
export const READING =
  'Points are of the time of a job in L1. In brackets: how many exits each second of its CPU work takes, and how much more one costs in L2 than in L1; half as many exits are half the points.';

/** What would make penalties larger and is in no figure here. */
export function leftOut(penalties: readonly Penalty[]): readonly string[] {
  const widest = penalties.reduce<Penalty | null>(
    (found, next) => (found === null || next.high - next.low > found.high - found.low ? next : found),
    null,
  );
  const common = commonest(penalties);
  return [
    ...(common === null
      ? []
      : [
          `Over the basket, ${common.exitClass} exits are the largest cause: ${points(common.share)} points a workload on average.`,
        ]),
    ...(widest === null
      ? []
      : [
          `Nobody publishes exits for each request of such programs: their counts are assumed with wide bounds, widest for ${widest.workload} (${percent(widest.low)} to ${percent(widest.high)}). Count yours (perf kvm stat) and put them into a copy of the workload.`,
        ]),
    'Not in here: device models in user space (QEMU), which take longer than the vhost path whose costs are published; caches and TLBs colder after each switch between levels; neighbours on the instance. Page walks are as long in L2 as in L1 (Turtles, OSDI 2010) and cancel.',
  ];
}

function commonest(
  penalties: readonly Penalty[],
): { readonly exitClass: ExitClass; readonly share: number } | null {
  const sums = new Map<ExitClass, number>();
  for (const { causes } of penalties) {
    for (const { exitClass, share } of causes) sums.set(exitClass, (sums.get(exitClass) ?? 0) + share);
  }
  let found: { exitClass: ExitClass; share: number } | null = null;
  for (const [exitClass, sum] of sums) {
    const share = sum / penalties.length;
    if (found === null || share > found.share) found = { exitClass, share };
  }
  return found;
}

const percent = (share: number): string => `${points(share)} %`;
const points = (share: number): string => (100 * share).toFixed(1);
const times = (factor: number): string =>
  `${Number(factor.toPrecision(factor < 2 && factor > 0.5 ? 3 : 2))} times`;
