import { NS_PER_SECOND } from '../kernel/units.ts';
import { addExits, categories, GUEST, total } from '../machine/cpu/cpu-time.ts';
import { EXIT_CLASSES, type ExitClass } from '../machine/exit-class.ts';
import { exitCost } from '../machine/exit-cost.ts';
import { MachineError } from '../machine/machine-error.ts';
import { lockHeld } from '../machine/memory/mmu-lock.ts';
import { walkTax } from '../machine/memory/page-walk.ts';
import { shadowedDepths } from '../machine/memory/shadow-paging.ts';
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
  const shadowed = shadowedDepths(topology, guest);
  const perWork = exitTime(topology, guest, workload.exitsPerCpuSecond, 1 / NS_PER_SECOND);
  addShadowing(perWork, topology, guest, workload, shadowed);
  perWork[GUEST]! += 1;
  // Shadowed from the outermost hypervisor on, there is one table to walk, as on the metal.
  const walked = guest.level - shadowed.length;
  if (walked > 0) perWork[GUEST]! += walkTax(topology.specification.memory?.walk, workload, guest.level);
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
    lockPerWork:
      (lockTime(topology, guest, workload.exitsPerCpuSecond) +
        (workload.memory?.faultsPerCpuSecond ?? 0) * shadowed.length * shadowHeld(topology)) /
      NS_PER_SECOND,
    lockPerJob: lockTime(topology, guest, workload.exitsPerJob),
  };
}

/** Page faults of the guest, which its hypervisor must hear of to keep its own tables, and changes of address space. */
function addShadowing(
  vector: Float64Array,
  { specification: { exits, memory } }: Topology,
  { specification: { entity }, level }: Guest,
  workload: WorkloadSpecification,
  shadowed: readonly number[],
): void {
  if (shadowed.length === 0 || workload.memory === undefined) return;
  const { faultsPerCpuSecond = 0, addressSpacesPerCpuSecond = 0 } = workload.memory;
  if (memory?.shadow === undefined) {
    throw new MachineError(
      `${entity}: its page tables are shadowed, and the machine has no costs of that (memory.shadow)`,
    );
  }
  const exitsPerNanosecond = (faultsPerCpuSecond * memory.shadow.exitsPerFault) / NS_PER_SECOND;
  if (exitsPerNanosecond > 0) {
    for (const depth of shadowed) addExits(vector, exitCost(exits, 'exception', depth), exitsPerNanosecond);
  }
  if (addressSpacesPerCpuSecond === 0) return;
  addExits(vector, exitCost(exits, 'cr-access', level), addressSpacesPerCpuSecond / NS_PER_SECOND);
}

const shadowHeld = ({ specification: { memory } }: Topology): number =>
  memory?.lock === undefined ? 0 : (memory.shadow?.held ?? 0);

/**
 * From which depth an exit comes: where tables are shadowed, memory that is touched first is a fault of the innermost
 * hypervisor that has nested paging, or of none.
 */
function depthOf(topology: Topology, guest: Guest, exitClass: ExitClass): number {
  return exitClass === 'page-fault' ? guest.level - shadowedDepths(topology, guest).length : guest.level;
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
    return count === 0
      ? sum
      : sum + count * lockHeld(exits, lock, exitClass, depthOf(topology, guest, exitClass));
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
    const depth = depthOf(topology, guest, exitClass);
    addExits(vector, exitCost(topology.specification.exits, exitClass, depth), count * scale);
  }
  return vector;
}
