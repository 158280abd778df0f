import { compile } from '../../model/scenario/compile.ts';
import type { Host, WorkPhase } from '../../model/scenario/scenario.ts';
import { type Lab, labScenario, windowOf } from '../trial/lab-scenario.ts';
import { type SeatLoad, seatLoad } from './seat-load.ts';

export interface PhaseLoad {
  readonly phase: WorkPhase;
  readonly load: SeatLoad;
}

/** Loads depend on a lab, and of a host on its level and on how fast its cores are. */
const known = new WeakMap<Lab, Map<string, readonly PhaseLoad[]>>();

/** What one seat takes in each work phase of a lab on a host, by closed form. */
export function phaseLoads(lab: Lab, host: Host): readonly PhaseLoad[] {
  const ofLab = known.get(lab) ?? new Map<string, readonly PhaseLoad[]>();
  known.set(lab, ofLab);
  const key = `${host.level} ${host.speed?.value ?? 1} ${host.disk === null ? 'no disk' : 'disk'}`;
  const loads =
    ofLab.get(key) ??
    (lab.template.plan?.phases ?? []).map((phase) => ({
      phase,
      load: seatLoad(compile(labScenario(lab, phase, host, 1, windowOf(1, 'explore')))),
    }));
  ofLab.set(key, loads);
  return loads;
}
