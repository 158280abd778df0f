import { addExits, categories, FIRST_HYPERVISOR } from '../cpu/cpu-time.ts';
import type { ExitCost } from '../exit-cost.ts';
import { swaps } from '../memory/swapping.ts';
import type { Guest, Topology } from '../topology.ts';
import { completionCost, kickCost } from './io-costs.ts';
import type { ControllerSpecification } from './storage-specification.ts';

const NONE = -1;

/** The controller of one guest and what it costs whom, the same for every engine. */
export interface DiskPort {
  readonly guest: number;
  readonly controller: ControllerSpecification;
  readonly thin: boolean;
  /** The thread that emulates it, as a task. */
  readonly task: number;
  /** The guest whose hypervisor emulates it, -1 for the host's. */
  readonly parent: number;
  /** Levels above the host's hypervisor, less one. */
  readonly depth: number;
  /** The hypervisor's own time, as a category. */
  readonly category: number;
  /** What a kick costs the guest, and an interrupt; null when there is nothing to pay. */
  readonly kick: Float64Array | null;
  readonly interrupt: Float64Array | null;
}

/** By guest; null for one without a disk that anybody uses. */
export function diskPorts(topology: Topology): (DiskPort | null)[] {
  const { exits, baseLevel } = topology.specification;
  const ports = new Array<DiskPort | null>(topology.guests.length).fill(null);
  for (const { kind, guest, first } of topology.tasks) {
    if (kind !== 'disk-worker') continue;
    const { index, level, parent, specification } = guest!;
    const { controller, thin } = specification.disk!;
    ports[index] = {
      guest: index,
      controller,
      thin,
      task: first - topology.vcpus,
      parent: parent?.index ?? NONE,
      depth: level - baseLevel - 1,
      category: FIRST_HYPERVISOR + level - 1,
      kick: vectorOf(topology, kickCost(exits, controller, level)),
      interrupt: vectorOf(topology, completionCost(exits, level)),
    };
  }
  return ports;
}

/** Whether anybody does I/O. */
export function hasDisks({ tasks, guests, specification }: Topology): boolean {
  return tasks.some(({ kind }) => kind === 'disk-worker') || swaps(guests, specification);
}

/** The names of the devices, and by guest the number of its own. */
export function disksOf({ specification, guests }: Topology): {
  readonly names: readonly string[];
  readonly ofGuest: Int32Array;
} {
  const ofGuest = new Int32Array(guests.length);
  if (specification.storage?.each !== true) return { names: ['host'], ofGuest };
  const names = guests.filter(({ parent }) => parent === null).map((guest) => guest.specification.entity);
  for (const guest of guests) ofGuest[guest.index] = names.indexOf(outermost(guest).specification.entity);
  return { names, ofGuest };
}

export const outermost = (guest: Guest): Guest => (guest.parent === null ? guest : outermost(guest.parent));

function vectorOf(topology: Topology, cost: ExitCost): Float64Array | null {
  if (cost.total === 0) return null;
  const vector = new Float64Array(categories(topology.levels));
  addExits(vector, cost, 1);
  return vector;
}
