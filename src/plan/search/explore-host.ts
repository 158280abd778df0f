import type { Host, WorkPhase } from '../../model/scenario/scenario.ts';
import type { BootOutcome } from '../boot/boot-trial.ts';
import type { PlanTargets } from '../target/plan-targets.ts';
import type { Lab } from '../trial/lab-scenario.ts';
import { type Binding, limitBinding, trialBinding } from './binding.ts';
import type { Evaluator, LabAnswer } from './evaluator.ts';
import { type HostLimit, hostLimits, inOrderOfTightness } from './host-limits.ts';
import { largestSeats } from './largest-seats.ts';
import { loadLimits } from './load-limits.ts';
import { phaseLoads } from './phase-loads.ts';
import type { SeatLoad } from './seat-load.ts';

/** What was found out about one host. */
export interface HostFinding {
  readonly host: Host;
  readonly lab: Lab;
  /** The largest number of seats that meets every target; no more than were asked for. */
  readonly seats: number;
  readonly binding: Binding;
  readonly limits: readonly HostLimit[];
  readonly load: SeatLoad;
  /** Heaviest first. */
  readonly phases: readonly WorkPhase[];
  /** What trials saw at that number, and at the next one when they were what said no. */
  readonly at: LabAnswer | null;
  readonly beyond: LabAnswer | null;
  /** How its seats come up, simulated; null when it was not, or could not be. */
  readonly boot: BootOutcome | null;
  /** What was seen is of a host that is in nothing better, and holds as many: this one feels no worse. */
  readonly bounded: boolean;
}

/** A host, the lab as it is on it, and what arithmetic says of the two. */
export interface Candidate {
  readonly host: Host;
  readonly lab: Lab;
  /** Tightest first. */
  readonly limits: readonly HostLimit[];
}

export function candidateOf(
  lab: Lab,
  host: Host,
  targets: PlanTargets,
  asked: number,
  refusals: readonly string[],
): Candidate {
  const limits = hostLimits(host, lab.template, lab.platform, targets, asked, refusals);
  const most = limits[0]!.seats;
  const more = most === 0 ? [] : loadLimits(lab, host, targets, most);
  return { host, lab, limits: inOrderOfTightness([...limits, ...more]) };
}

export const mostSeats = ({ limits }: Candidate): number => limits[0]!.seats;

/**
 * The largest number of seats of a lab on a host, by trials of the fluid engine within what arithmetic leaves.
 *
 * @param guess where the edge may be, if somebody knows better than the closed form
 */
export async function exploreHost(
  { host, lab, limits }: Candidate,
  evaluator: Evaluator,
  guess: number | null = null,
): Promise<HostFinding> {
  const most = limits[0]!.seats;
  const { phases, load } = heaviestFirst(lab, host);
  if (most === 0) {
    const binding = limitBinding(limits[0]!);
    const nothing = { seats: 0, at: null, beyond: null, boot: null, bounded: false };
    return { host, lab, binding, limits, load, phases, ...nothing };
  }
  const ask = (among: readonly WorkPhase[]) => (seats: number) =>
    evaluator.ask(lab, among, host, seats, 'explore');
  const first = Math.min(guess ?? guessSeats(lab, host, load, most), most);
  let found = await largestSeats(most, ask(phases.slice(0, 1)), first);
  // The heaviest phase nearly always decides; where another does, all of them are asked from there down.
  if (found.seats > 0 && phases.length > 1) {
    const all = await ask(phases)(found.seats);
    found = all.meets ? { ...found, at: all.detail } : await largestSeats(found.seats, ask(phases));
  }
  const binding =
    found.beyond === null
      ? limitBinding(limits[0]!)
      : trialBinding(found.beyond.phases.at(-1)!, found.seats + 1, { ...host, ...load });
  const { seats, at, beyond } = found;
  return { host, lab, seats, binding, limits, load, phases, at, beyond, boot: null, bounded: false };
}

/** Where the closed form puts the edge: work that fills 70 % of what the cores can do. */
function guessSeats(lab: Lab, host: Host, load: SeatLoad, most: number): number {
  if (load.total === 0) return most;
  const capacity =
    (host.cpus / host.threadsPerCore) * lab.platform.smtThroughput.value ** (host.threadsPerCore - 1);
  return Math.max(1, Math.floor((0.7 * capacity) / load.total));
}

/** Work phases by what one seat of them takes, and the load of the heaviest. */
export function heaviestFirst(
  lab: Lab,
  host: Host,
): { readonly phases: readonly WorkPhase[]; readonly load: SeatLoad } {
  const loads = [...phaseLoads(lab, host)].sort((a, b) => b.load.total - a.load.total);
  return { phases: loads.map(({ phase }) => phase), load: loads[0]!.load };
}
