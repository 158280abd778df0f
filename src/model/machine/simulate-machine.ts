import { ns } from '../kernel/units.ts';
import { freeExits } from './free-exits.ts';
import { Machine } from './machine.ts';
import { checkRun, type MachineRun } from './machine-run.ts';
import type { MachineMeasurement } from './measurement.ts';
import { MeasurementWindow, sumCpuTimes } from './measurement-window.ts';
import { memoryOf } from './memory/memory-of.ts';
import { networkFindings } from './network/findings.ts';
import { Responses } from './responses.ts';
import type { MachineSpecification } from './specification.ts';
import { compileTopology } from './topology.ts';

/**
 * One replication of a machine, slice by slice. The same specification and run give the same measurement, to the
 * last bit, wherever it is computed.
 *
 * @throws MachineError for what cannot be a machine, ExitCostError for exits the platform gives no cost for.
 */
export function simulateMachine(specification: MachineSpecification, run: MachineRun): MachineMeasurement {
  checkRun(run);
  const topology = compileTopology(specification);
  const responses = new Responses(topology);
  const machine = new Machine(topology, run, responses);
  machine.runUntil(run.warmUp);
  const window = new MeasurementWindow(machine);
  responses.reset();
  const end = run.warmUp + run.duration;
  machine.runUntil(end);
  const physicalCpus = window.physicalCpus();
  const network = window.network();
  return {
    seed: run.seed,
    replication: run.replication,
    start: run.warmUp,
    end: ns(end),
    events: machine.simulation.events,
    decisions: machine.decisions,
    schedulingEvents: machine.schedulingEvents,
    cpu: sumCpuTimes(physicalCpus),
    physicalCpus,
    guests: window.guests(),
    network,
    storage: window.storage(),
    memory: memoryOf(topology),
    responses: responses.measurements(),
    findings: [
      ...freeExits(specification.exits),
      ...(network === null ? [] : networkFindings(topology, network)),
    ],
  };
}
