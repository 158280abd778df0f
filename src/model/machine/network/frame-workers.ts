import { NONE } from '../scheduler/scheduler-state.ts';
import type { Topology } from '../topology.ts';
import { FrameWorker } from './frame-worker.ts';
import type { Routing } from './routing.ts';

/** Every worker of a machine, by what it drains. */
export class FrameWorkers {
  /** By task; null for the tasks of jobs. */
  readonly byTask: readonly (FrameWorker | null)[];
  private readonly uplinks: (FrameWorker | null)[];
  private readonly ports: (FrameWorker | null)[];
  /** By guest: who drains the ring of its port. */
  private readonly rings: (FrameWorker | null)[];

  constructor(topology: Topology, routing: Routing) {
    const byTask = new Array<FrameWorker | null>(topology.entities - topology.vcpus).fill(null);
    this.uplinks = new Array<FrameWorker | null>(topology.layers.length).fill(null);
    this.ports = new Array<FrameWorker | null>(topology.guests.length).fill(null);
    this.rings = new Array<FrameWorker | null>(topology.guests.length).fill(null);
    const { ring } = topology.specification.network;
    for (const { kind, layer, guest, first } of topology.tasks) {
      if (kind === 'job' || kind === 'disk-worker') continue;
      const task = first - topology.vcpus;
      const index = guest?.index ?? NONE;
      const senderWaits = kind === 'port-worker' || guest === null;
      const slots = senderWaits ? Number.POSITIVE_INFINITY : ring;
      const worker = new FrameWorker(kind, task, layer, index, slots);
      byTask[task] = worker;
      if (kind === 'uplink-worker') this.uplinks[layer] = worker;
      else if (kind === 'port-worker') this.ports[index] = worker;
      else this.rings[index] = worker;
    }
    for (const { index, layer } of topology.guests) {
      if (routing.isNesting(index)) this.rings[index] = this.uplinks[layer]!;
    }
    this.byTask = byTask;
  }

  /** Takes what comes in by a layer's uplink. */
  uplinkOf(layer: number): FrameWorker {
    return this.uplinks[layer]!;
  }

  /** Takes what a guest sends. */
  portOf(guest: number): FrameWorker {
    return this.ports[guest]!;
  }

  /** Drains the ring of a guest's port: its receiver, or the uplink worker of the hypervisor it is. */
  ringOf(guest: number): FrameWorker {
    return this.rings[guest]!;
  }
}
