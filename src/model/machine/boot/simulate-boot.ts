import { type Nanoseconds, NS_PER_SECOND, ns } from '../../kernel/units.ts';
import type { ComingUp } from '../../workload/coming-up.ts';
import type { Engine } from '../engine.ts';
import { FluidMachine } from '../fluid/fluid-machine.ts';
import { FluidWindow } from '../fluid/fluid-window.ts';
import { JobLedger } from '../fluid/job-ledger.ts';
import { Machine } from '../machine.ts';
import type { CpuTime, StorageMeasurement } from '../measurement.ts';
import { MeasurementWindow, sumCpuTimes } from '../measurement-window.ts';
import { Responses } from '../responses.ts';
import type { MachineSpecification } from '../specification.ts';
import { compileTopology, type Topology } from '../topology.ts';
import { bootMachine } from './boot-machine.ts';

export interface BootRun {
  readonly seed: number;
  readonly replication: number;
  /** Between the seats. */
  readonly stagger: Nanoseconds;
  /** What is not up by then is told as not up. */
  readonly giveUp: Nanoseconds;
}

/** How a machine came up, from nothing: no warm-up, as nothing here is steady. Nanoseconds from the first start. */
export interface BootMeasurement {
  readonly guests: readonly GuestBoot[];
  /** When the last one was up; null when some were not by the end. */
  readonly allUpAt: number | null;
  /** When it was no longer watched: within a second of the last one being up, or when it was given up. */
  readonly end: number;
  readonly events: number;
  /** Of all physical CPUs together, to the end. */
  readonly cpu: CpuTime;
  readonly storage: StorageMeasurement | null;
}

export interface GuestBoot {
  readonly entity: string;
  readonly role: string;
  readonly seat: number;
  readonly level: number;
  /** Null when it was not started by the end. */
  readonly startedAt: number | null;
  readonly upAt: number | null;
}

/** How often it is looked whether all are up. */
const LOOK_EVERY = NS_PER_SECOND;

/** A machine of either engine that is coming up. */
interface ComingMachine {
  readonly comingUp: ComingUp;
  runUntil(time: number): void;
  /** To be asked at the end. */
  measured(): Pick<BootMeasurement, 'events' | 'cpu' | 'storage'>;
}

/**
 * One replication of every guest coming up, by either engine.
 * @throws MachineError for what cannot be a machine, ExitCostError for exits the platform gives no cost for.
 */
export function simulateBoot(
  specification: MachineSpecification,
  run: BootRun,
  engine: Engine = 'exact',
): BootMeasurement {
  const topology = compileTopology(bootMachine(specification, run.stagger));
  const machine = engine === 'exact' ? exactMachine(topology, run) : fluidMachine(topology, run);
  const { comingUp } = machine;
  let end = 0;
  while (comingUp.left > 0 && end < run.giveUp) {
    end = Math.min(end + LOOK_EVERY, run.giveUp);
    machine.runUntil(end);
  }
  return {
    guests: topology.guests.map(({ index, level, specification: { entity, role, seat } }) => ({
      entity,
      role,
      seat,
      level,
      startedAt: timeOrNull(comingUp.startedAt[index]!),
      upAt: timeOrNull(comingUp.upAt[index]!),
    })),
    allUpAt: comingUp.left > 0 ? null : comingUp.upAt.reduce((latest, at) => Math.max(latest, at), 0),
    end: ns(end),
    ...machine.measured(),
  };
}

function exactMachine(topology: Topology, run: BootRun): ComingMachine {
  const machine = new Machine(topology, run, new Responses(topology));
  const window = new MeasurementWindow(machine);
  return {
    comingUp: machine.jobs.comingUp,
    runUntil: (time) => machine.runUntil(time),
    measured: () => ({
      events: machine.simulation.events,
      cpu: sumCpuTimes(window.physicalCpus()),
      storage: window.storage(),
    }),
  };
}

function fluidMachine(topology: Topology, run: BootRun): ComingMachine {
  const ledger = new JobLedger(topology.guests.length, 0, run.giveUp, new Responses(topology));
  const machine = new FluidMachine(topology, run, ledger);
  const window = new FluidWindow(machine, ledger);
  return {
    comingUp: machine.jobs.comingUp,
    runUntil: (time) => machine.runUntil(time),
    measured: () => {
      window.close();
      return {
        events: machine.events,
        cpu: sumCpuTimes(window.physicalCpus()),
        storage: window.storage(),
      };
    },
  };
}

const timeOrNull = (time: number): number | null => (Number.isNaN(time) ? null : time);
