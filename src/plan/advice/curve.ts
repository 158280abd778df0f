import { kneeOf } from '../../model/experiment/knee.ts';
import { exp, log } from '../../model/kernel/elementary.ts';
import type { Curve, CurvePoint } from '../result/plan-result.ts';
import type { Evaluator } from '../search/evaluator.ts';
import type { HostFinding } from '../search/explore-host.ts';
import type { TrialOutcome } from '../trial/trial.ts';

const POINTS = 8;
const REPLICATIONS = 3;
/** Growth of the probe's 95th percentile, over what it is with one seat, that counts as the knee. */
export const KNEE_GROWTH = 0.5;
/** CPU time left over with which a host counts as full: what is asked for beyond it can only wait. */
const FULL = 0.03;

/**
 * How the probe slows down as seats are added to a host, past the number that meets: memory is left out of account
 * there, so that the cliff of the CPUs shows even where memory comes first. What CPUs are promised to does not go beyond them.
 */
export async function curveOf(
  { host, lab, phases, seats, load, limits }: HostFinding,
  evaluator: Evaluator,
): Promise<Curve> {
  const phase = phases[0]!;
  const full = load.total === 0 ? seats : Math.ceil((1.3 * host.cpus) / load.total);
  const wanted = Math.max(4, Math.min(Math.max(2 * seats, full), 4 * Math.max(seats, 1)));
  const promised = limits.find(({ cause }) => cause === 'reservations')?.seats ?? wanted;
  const last = Math.max(1, Math.min(wanted, promised));
  const seen = await Promise.all(
    withSeats(seatSteps(last), seats).map(async (count) => ({
      seats: count,
      outcomes: await evaluator.replications(lab, phase, host, count, REPLICATIONS),
    })),
  );
  const samples = seen.map(({ seats: count, outcomes }) => ({
    seats: count,
    sample: outcomes.map(({ slowdownP95 }) => slowdownP95),
  }));
  const points = seen
    .map(({ seats: count, outcomes }) => pointOf(count, outcomes))
    .filter((point) => point !== null);
  return {
    host: host.name,
    phase: phase.name,
    engine: evaluator.explorer,
    points,
    knee: kneeOf(samples, KNEE_GROWTH),
    full: fullFrom(points),
  };
}

/** Seats at which a line through the points leaves no CPU time over; null when there is some up to the last. */
export function fullFrom(points: readonly Pick<CurvePoint, 'seats' | 'idle'>[]): number | null {
  const place = points.findIndex(({ idle }) => idle < FULL);
  if (place < 0) return null;
  const after = points[place]!;
  const before = points[place - 1];
  if (before === undefined) return after.seats;
  const share = (before.idle - FULL) / (before.idle - after.idle);
  return Math.ceil(before.seats + share * (after.seats - before.seats));
}

/** The number that is recommended is always among them: it is what people look for. */
const withSeats = (steps: readonly number[], seats: number): readonly number[] =>
  [...new Set([...steps, Math.max(1, seats)])].sort((a, b) => a - b);

/** From 1 to `last`, evenly on a scale between linear and logarithmic. */
export function seatSteps(last: number): readonly number[] {
  const steps = Array.from({ length: POINTS }, (_, index) =>
    Math.max(1, Math.round(last * ((index + 1) / POINTS) ** 1.3)),
  );
  return [...new Set([1, ...steps])];
}

function pointOf(seats: number, outcomes: readonly TrialOutcome[]): CurvePoint | null {
  const slowdowns = outcomes.flatMap(({ slowdownP95 }) => (slowdownP95 === null ? [] : [log(slowdownP95)]));
  if (slowdowns.length === 0) return null;
  const mean = slowdowns.reduce((sum, value) => sum + value, 0) / slowdowns.length;
  const average = (of: (outcome: TrialOutcome) => number): number =>
    outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / outcomes.length;
  return {
    seats,
    slowdownP95: exp(mean),
    low: exp(Math.min(...slowdowns)),
    high: exp(Math.max(...slowdowns)),
    ready: average(({ ready }) => ready.share),
    idle: average(({ cpu }) => cpu.idle),
    hypervisors: average(({ cpu }) => cpu.hypervisor.reduce((a, b) => a + b, 0) + cpu.switch),
  };
}
