import { NS_PER_SECOND } from '../kernel/units.ts';
import { addExits, categories, GUEST, total } from '../machine/cpu/cpu-time.ts';
import { EXIT_CLASSES, type ExitClass } from '../machine/exit-class.ts';
import { exitCost } from '../machine/exit-cost.ts';
import { MachineError } from '../machine/machine-error.ts';
import { lockHeld } from '../machine/memory/mmu-lock.ts';
import { walkTax } from '../machine/memory/page-walk.ts';
import type { WorkloadSpecification } from '../machine/specification.ts';
import type { Guest, Topology } from '../machine/topology.ts';

/**
 * What a guest's own dense exits add to its bursts, by category (machine/cpu/cpu-time.ts). Exits that come with
 * work and exits that come with time are apart: only the first scale with the work done.
 */
export interface ExitTax {
  /** For each nanosecond of demand: the nanosecond itself, and the exits it brings. */
  readonly perWork: Float64Array;
  /** Nanoseconds for each job. */
  readonly perJob: Float64Array;
  /** Shares of the time a virtual CPU of the guest runs. */
  readonly busy: Float64Array;
  /** Nanoseconds for which the lock of page tables is held: for each nanosecond of demand, and for each job. */
  readonly lockPerWork: number;
  readonly lockPerJob: number;
}

/**
 * @throws ExitCostError when the workload has exits of a class the platform gives no cost for.
 * @throws MachineError when exits that come with time would leave the guest none.
 */
export function exitTax(topology: Topology, guest: Guest, workload: WorkloadSpecification): ExitTax {
  const perWork = exitTime(topology, guest, workload.exitsPerCpuSecond, 1 / NS_PER_SECOND);
  perWork[GUEST]! += 1 + walkTax(topology.specification.memory?.walk, workload, guest.level);
  const busy = exitTime(topology, guest, workload.exitsPerBusySecond, 1 / NS_PER_SECOND);
  if (total(busy) >= 1) {
    throw new MachineError(
      `${guest.specification.entity}: its exits in each busy second take ${total(busy).toFixed(2)} s at level ` +
        `${guest.level}, which leaves no time to work; expected less than 1 s`,
    );
  }
  return {
    perWork,
    perJob: exitTime(topology, guest, workload.exitsPerJob, 1),
    busy,
    lockPerWork: lockTime(topology, guest, workload.exitsPerCpuSecond) / NS_PER_SECOND,
    lockPerJob: lockTime(topology, guest, workload.exitsPerJob),
  };
}

function lockTime(
  topology: Topology,
  guest: Guest,
  counts: Readonly<Partial<Record<ExitClass, number>>>,
): number {
  const { exits, memory } = topology.specification;
  const lock = memory?.lock;
  if (lock === undefined) return 0;
  return EXIT_CLASSES.reduce((sum, exitClass) => {
    const count = counts[exitClass] ?? 0;
    return count === 0 ? sum : sum + count * lockHeld(exits, lock, exitClass, guest.level);
  }, 0);
}

function exitTime(
  topology: Topology,
  guest: Guest,
  counts: Readonly<Partial<Record<ExitClass, number>>>,
  scale: number,
): Float64Array {
  const vector = new Float64Array(categories(topology.levels));
  for (const exitClass of EXIT_CLASSES) {
    const count = counts[exitClass];
    if (count === undefined || count === 0) continue;
    if (!(count > 0 && Number.isFinite(count))) {
      throw new MachineError(
        `${guest.specification.entity}: ${count} exits of class ${exitClass}; expected a finite number of at least 0`,
      );
    }
    addExits(vector, exitCost(topology.specification.exits, exitClass, guest.level), count * scale);
  }
  return vector;
}
