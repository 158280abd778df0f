import { ns } from '../../kernel/units.ts';
import { freeExits } from '../free-exits.ts';
import { checkRun, type MachineRun } from '../machine-run.ts';
import type { MachineMeasurement } from '../measurement.ts';
import { sumCpuTimes } from '../measurement-window.ts';
import { memoryOf } from '../memory/memory-of.ts';
import { networkFindings } from '../network/findings.ts';
import { Responses } from '../responses.ts';
import type { MachineSpecification } from '../specification.ts';
import { compileTopology } from '../topology.ts';
import { floodFindings } from './flood-findings.ts';
import { FluidMachine } from './fluid-machine.ts';
import { FluidWindow } from './fluid-window.ts';
import { JobLedger } from './job-ledger.ts';
import { leftOut } from './left-out.ts';

/**
 * One replication of a machine by ideal processor sharing at every level (docs/fluid.md): the same jobs as in the
 * exact engine, from the same random numbers, without turns, frames and interrupts one by one.
 *
 * @throws MachineError for what cannot be a machine, ExitCostError for exits the platform gives no cost for.
 */
export function simulateFluid(specification: MachineSpecification, run: MachineRun): MachineMeasurement {
  checkRun(run);
  const topology = compileTopology(specification);
  const responses = new Responses(topology);
  const end = run.warmUp + run.duration;
  const ledger = new JobLedger(topology.guests.length, run.warmUp, end, responses);
  const machine = new FluidMachine(topology, run, ledger);
  machine.runUntil(run.warmUp);
  const window = new FluidWindow(machine, ledger);
  machine.runUntil(end);
  window.close();
  const physicalCpus = window.physicalCpus();
  const network = window.network();
  const guests = window.guests();
  return {
    seed: run.seed,
    replication: run.replication,
    start: run.warmUp,
    end: ns(end),
    events: machine.events,
    decisions: 0,
    schedulingEvents: 0,
    cpu: sumCpuTimes(physicalCpus),
    physicalCpus,
    guests,
    network,
    storage: window.storage(),
    memory: memoryOf(topology),
    responses: responses.measurements(),
    findings: [
      ...leftOut(topology),
      ...freeExits(specification.exits),
      ...(network === null ? [] : networkFindings(topology, network)),
      ...(network === null ? [] : floodFindings(topology, network, guests, run.duration)),
    ],
  };
}
