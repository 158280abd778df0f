import type { MachineMeasurement } from '../../model/machine/measurement.ts';
import { type MachineRun, simulateMachine } from '../../model/machine/simulate-machine.ts';
import type { MachineSpecification } from '../../model/machine/specification.ts';

/** `fluid` explores, `exact` confirms. */
export type Engine = 'exact' | 'fluid';

type Simulate = (specification: MachineSpecification, run: MachineRun) => MachineMeasurement;

export const ENGINES: Readonly<Record<Engine, Simulate>> = {
  exact: simulateMachine,
  fluid: simulateMachine,
};
