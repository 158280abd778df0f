import type { Engine } from './engine.ts';
import { simulateFluid } from './fluid/simulate-fluid.ts';
import type { MachineRun } from './machine-run.ts';
import type { MachineMeasurement } from './measurement.ts';
import { simulateMachine } from './simulate-machine.ts';
import type { MachineSpecification } from './specification.ts';

/** One replication of a machine by either engine: the same question, the same jobs, the same answer's shape. */
export function simulateWith(
  engine: Engine,
  specification: MachineSpecification,
  run: MachineRun,
): MachineMeasurement {
  return engine === 'fluid' ? simulateFluid(specification, run) : simulateMachine(specification, run);
}
