import { MachineError } from '../../model/machine/machine-error.ts';
import { refuseWhatIsNotSimulated } from '../../model/machine/not-yet.ts';
import { compileTopology, type Topology } from '../../model/machine/topology.ts';
import { compile } from '../../model/scenario/compile.ts';
import { tightness } from '../target/judgement.ts';
import { labScenario, windowOf } from '../trial/lab-scenario.ts';
import { trialBinding } from './binding.ts';
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
  const phases = decisive(finding);
  const most = limits[0]!.seats;
  if (most === 0 || finding.seats === 0) return finding;
  const ask = (seats: number) => evaluator.ask(lab, phases, host, seats, 'confirm');
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
  const binding =
    beyond === null
      ? finding.binding
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
