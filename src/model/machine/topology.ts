import { NS_PER_MS } from '../kernel/units.ts';
import { checkSpecification } from './check-specification.ts';
import { swaps } from './memory/swapping.ts';
import type { SchedulerSpecification } from './scheduler-specification.ts';
import type {
  GuestSpecification,
  HypervisorSpecification,
  MachineSpecification,
  WorkloadSpecification,
} from './specification.ts';

/**
 * The tree of guests laid out flat. Every scheduler is a layer: layer 0 is the outermost hypervisor on the
 * physical CPUs, layer g + 1 is guest g on its own vCPUs. A layer owns CPUs and schedules entities.
 *
 * CPUs and entities are numbered so that one addition goes from one to the other: CPUs 0 .. P-1 are physical;
 * entity v < V is a vCPU, and CPU P + v is the same vCPU as its guest sees it. Entities from V on are tasks.
 */
export interface Topology {
  readonly specification: MachineSpecification;
  readonly physicalCpus: number;
  readonly vcpus: number;
  readonly cpus: number;
  readonly entities: number;
  readonly guests: readonly Guest[];
  readonly layers: readonly Layer[];
  /** Hypervisor levels whose CPU time can be told apart: 0 .. levels - 1. */
  readonly levels: number;
  /** Which layer schedules an entity. */
  readonly layerOfEntity: Int32Array;
  readonly weightOfEntity: Int32Array;
  /** Which layer a CPU belongs to. */
  readonly layerOfCpu: Int32Array;
  /** The level of the software that runs on a CPU: the hypervisor's own, or the guest system's. */
  readonly levelOfCpu: Int32Array;
  readonly tasks: readonly TaskGroup[];
}

export interface Layer {
  readonly index: number;
  /** `host` for the outermost one, else the guest's entity. */
  readonly name: string;
  readonly level: number;
  readonly firstCpu: number;
  readonly cpuCount: number;
  readonly scheduler: SchedulerSpecification;
  /** Nanoseconds between looks at what cannot be seen at once: a scheduler's tick, or a millisecond without one. */
  readonly tick: number;
  /** Null for the layer of a guest that is no hypervisor. */
  readonly hypervisor: HypervisorSpecification | null;
  /** Null for layer 0. */
  readonly guest: Guest | null;
}

export interface Guest {
  readonly index: number;
  readonly parent: Guest | null;
  readonly specification: GuestSpecification;
  /** The level its own software runs at: 1 for a guest of a hypervisor on the metal. */
  readonly level: number;
  readonly layer: number;
  /** The layer that schedules its vCPUs. */
  readonly parentLayer: number;
  /** Its vCPUs are entities firstVcpu .. firstVcpu + vcpus - 1. */
  readonly firstVcpu: number;
}

/** What a run of consecutive task entities is for. */
export type TaskKind = 'job' | 'port-worker' | 'uplink-worker' | 'receiver' | 'disk-worker';

export interface TaskGroup {
  readonly kind: TaskKind;
  readonly layer: number;
  readonly guest: Guest | null;
  readonly first: number;
  readonly count: number;
}

/** Jobs an open workload serves at once when it does not say. */
const DEFAULT_WORKERS = 64;
/** The weight of an ordinary task, nice 0. */
export const ORDINARY_WEIGHT = 1024;

/** @throws MachineError for what cannot be a machine; scenario/compile finds these first and names the line. */
export function compileTopology(specification: MachineSpecification): Topology {
  checkSpecification(specification);
  const { physicalCpus, baseLevel, root } = specification;
  const guests: Guest[] = [];
  const layers: Layer[] = [
    {
      index: 0,
      name: 'host',
      level: baseLevel,
      firstCpu: 0,
      cpuCount: physicalCpus,
      scheduler: root.scheduler,
      tick: tickOf(root.scheduler),
      hypervisor: root,
      guest: null,
    },
  ];
  let vcpus = 0;
  const visit = (guest: GuestSpecification, parent: Guest | null): void => {
    const scheduler = guest.hypervisor?.scheduler ?? guest.scheduler;
    const node: Guest = {
      index: guests.length,
      parent,
      specification: guest,
      level: (parent?.level ?? baseLevel) + 1,
      layer: guests.length + 1,
      parentLayer: parent?.layer ?? 0,
      firstVcpu: vcpus,
    };
    guests.push(node);
    layers.push({
      index: node.layer,
      name: guest.entity,
      level: node.level,
      firstCpu: physicalCpus + vcpus,
      cpuCount: guest.vcpus,
      scheduler,
      tick: tickOf(scheduler),
      hypervisor: guest.hypervisor ?? null,
      guest: node,
    });
    vcpus += guest.vcpus;
    for (const inner of guest.hypervisor?.guests ?? []) visit(inner, node);
  };
  for (const guest of root.guests) visit(guest, null);
  return numberEntities(specification, guests, layers, vcpus);
}

function tickOf(scheduler: SchedulerSpecification): number {
  switch (scheduler.policy) {
    case 'eevdf':
    case 'cfs':
      return scheduler.tick;
    case 'esxi':
      return scheduler.coscheduling?.poll ?? NS_PER_MS;
    case 'credit2':
    case 'hyperv':
    case 'fair':
      return NS_PER_MS;
  }
}

function numberEntities(
  specification: MachineSpecification,
  guests: readonly Guest[],
  layers: readonly Layer[],
  vcpus: number,
): Topology {
  const tasks = taskGroups(specification, guests, layers, vcpus);
  const last = tasks.at(-1);
  const entities = last === undefined ? vcpus : last.first + last.count;
  const cpus = specification.physicalCpus + vcpus;
  const layerOfEntity = new Int32Array(entities);
  const weightOfEntity = new Int32Array(entities).fill(ORDINARY_WEIGHT);
  const layerOfCpu = new Int32Array(cpus);
  const levelOfCpu = new Int32Array(cpus).fill(specification.baseLevel);
  for (const guest of guests) {
    for (let i = 0; i < guest.specification.vcpus; i++) {
      const vcpu = guest.firstVcpu + i;
      layerOfEntity[vcpu] = guest.parentLayer;
      weightOfEntity[vcpu] = guest.specification.weight;
      layerOfCpu[specification.physicalCpus + vcpu] = guest.layer;
      levelOfCpu[specification.physicalCpus + vcpu] = guest.level;
    }
  }
  for (const group of tasks) layerOfEntity.fill(group.layer, group.first, group.first + group.count);
  return {
    specification,
    physicalCpus: specification.physicalCpus,
    vcpus,
    cpus,
    entities,
    guests,
    layers,
    levels: Math.max(specification.baseLevel + 1, ...guests.map((guest) => guest.level)),
    layerOfEntity,
    weightOfEntity,
    layerOfCpu,
    levelOfCpu,
    tasks,
  };
}

function taskGroups(
  specification: MachineSpecification,
  guests: readonly Guest[],
  layers: readonly Layer[],
  vcpus: number,
): TaskGroup[] {
  const groups: TaskGroup[] = [];
  let next = vcpus;
  const add = (kind: TaskKind, layer: number, guest: Guest | null, count: number): void => {
    groups.push({ kind, layer, guest, first: next, count });
    next += count;
  };
  for (const guest of guests) {
    const { workload } = guest.specification;
    if (workload !== undefined) add('job', guest.layer, guest, concurrency(workload));
  }
  if (usesDisk(specification, guests)) {
    for (const guest of guests) {
      if (guest.specification.disk !== undefined) add('disk-worker', guest.parentLayer, guest, 1);
    }
  }
  if (!guests.some((guest) => guest.specification.workload?.network !== undefined)) return groups;
  // One worker a port takes what its guest sends (KVM's vhost thread, ESXi's Tx world), one takes what the uplink brings.
  for (const layer of layers) {
    if (layer.hypervisor !== null) add('uplink-worker', layer.index, layer.guest, 1);
  }
  for (const guest of guests) add('port-worker', guest.parentLayer, guest, 1);
  for (const guest of guests) {
    if (guest.specification.workload !== undefined) add('receiver', guest.layer, guest, 1);
  }
  return groups;
}

/** Whether any work does I/O of its own, or meets memory that its hypervisor has swapped out. */
const usesDisk = (specification: MachineSpecification, guests: readonly Guest[]): boolean =>
  guests.some(({ specification: { workload } }) => workload?.disk !== undefined) ||
  swaps(guests, specification);

/** How many jobs of a workload can be in service at once: its tasks. */
function concurrency(workload: WorkloadSpecification): number {
  const { arrivals } = workload;
  switch (arrivals.kind) {
    case 'open':
      return arrivals.workers ?? DEFAULT_WORKERS;
    case 'closed':
      return arrivals.users;
    case 'saturated':
      return arrivals.tasks;
    case 'once':
      return 1;
  }
}
