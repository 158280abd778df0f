import { MachineError } from '../../model/machine/machine-error.ts';
import { refuseWhatIsNotSimulated } from '../../model/machine/not-yet.ts';
import { compileTopology, type Topology } from '../../model/machine/topology.ts';
import { compile } from '../../model/scenario/compile.ts';
import { tightness } from '../target/judgement.ts';
import { labScenario, windowOf } from '../trial/lab-scenario.ts';
import { limitBinding, trialBinding } from './binding.ts';
import type { Evaluator, LabAnswer } from './evaluator.ts';
import type { HostFinding } from './explore-host.ts';
import { largestSeats } from './largest-seats.ts';

/** Times the exact engine is asked about numbers beside the edge before bisection takes over. */
const NEAR = 2;

/**
 * The edge that exploring found, asked of the exact engine: the number itself and the next one, where trials decide
 * between them, and from there to where the exact engine puts it.
 */
export async function confirmHost(finding: HostFinding, evaluator: Evaluator): Promise<HostFinding> {
  const { host, lab, limits } = finding;
  // Of a host that held not even one seat when explored, no phase is known to be met.
  const phases = finding.seats === 0 ? finding.phases : decisive(finding);
  const most = limits[0]!.seats;
  if (most === 0) return finding;
  const ask = (seats: number) => evaluator.ask(lab, phases, host, seats, 'confirm');
  if (finding.seats === 0) {
    const one = await largestSeats(most, ask, 1);
    return settled(finding, one.seats, one.at, one.beyond);
  }
  let answered = await ask(finding.seats);
  let edge = finding.seats;
  let beyond: LabAnswer | null = null;
  for (let step = 0; !answered.meets && edge > 0; step++) {
    beyond = answered.detail;
    if (edge === 1) {
      edge = 0;
      break;
    }
    if (step === NEAR) {
      const found = await largestSeats(edge - 1, ask);
      return settled(finding, found.seats, found.at, found.beyond ?? beyond);
    }
    edge -= 1;
    answered = await ask(edge);
  }
  if (beyond === null && edge < most) {
    const next = await ask(edge + 1);
    if (!next.meets) beyond = next.detail;
    else if (edge + 1 === most) return settled(finding, most, next.detail, null);
    else {
      const found = await largestSeats(most, ask, edge + 1);
      return settled(finding, found.seats, found.at, found.beyond);
    }
  }
  return settled(finding, edge, answered.meets ? answered.detail : null, beyond);
}

/** How far a target may be missed, on the scale of `tightness`, for the exact engine to be asked all the same. */
const NEARLY = 1.25;

/**
 * Whether the fluid engine says of a single seat that it nearly fits. Where a few VMs share one core it shares by turns too
 * short to see, and knows nothing of who wakes going first: a seat that it sees twice as slow was 1.02 times in the exact one.
 */
export const nearlyHoldsOne = ({ seats, limits, beyond }: HostFinding): boolean =>
  seats === 0 &&
  limits[0]!.seats > 0 &&
  (beyond?.phases.every(({ judgement }) => tightness(judgement) <= NEARLY) ?? false);

/** Why the exact engine cannot be asked about a lab on a host; null when it can. */
export const notConfirmable = (finding: HostFinding): string | null =>
  obstacleTo(() => refuseWhatIsNotSimulated(oneSeatOf(finding)));

/** Whether a seat of a lab is possible on a host at all, as long as nobody asks for memory, disk or feel. */
export const isConceivable = (finding: HostFinding): boolean => obstacleTo(() => oneSeatOf(finding)) === null;

const oneSeatOf = ({ lab, host, phases }: HostFinding): Topology =>
  compileTopology(compile(labScenario(lab, phases[0]!, host, 1, windowOf(1, 'confirm'))));

function obstacleTo(attempt: () => void): string | null {
  try {
    attempt();
    return null;
  } catch (error) {
    if (error instanceof MachineError) return error.message;
    throw error;
  }
}

function settled(
  finding: HostFinding,
  seats: number,
  at: LabAnswer | null,
  beyond: LabAnswer | null,
): HostFinding {
  const [tightest] = finding.limits;
  const binding =
    beyond === null
      ? seats === tightest!.seats
        ? limitBinding(tightest!)
        : finding.binding
      : trialBinding(beyond.phases.at(-1)!, seats + 1, { ...finding.host, ...finding.load });
  return { ...finding, seats, at, beyond, binding, bounded: false };
}

/** The phase that decides: what is confirmed is the edge it makes. The others were met with room when explored. */
function decisive({ phases, at, beyond }: HostFinding): HostFinding['phases'] {
  const broke = beyond?.phases.at(-1)?.phase;
  if (broke !== undefined) return [broke];
  const tightest = at?.phases.reduce((found, next) =>
    tightness(next.judgement) > tightness(found.judgement) ? next : found,
  );
  return tightest === undefined ? phases : [tightest.phase];
}
