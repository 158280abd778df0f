import { addVector, FIRST_HYPERVISOR, GUEST, total } from '../cpu/cpu-time.ts';
import type { EventExitCosts } from '../event-exit-costs.ts';
import { droppingCost, FULL_FRAME, handingCost } from '../network/frame-costs.ts';
import type { FrameCounts } from '../network/frame-counts.ts';
import { type Routing, UPLINK } from '../network/routing.ts';
import type { Layer, Topology } from '../topology.ts';
import type { KernelLoad } from './kernel-load.ts';
import type { Sharing } from './sharing.ts';

/** One port that gets copies: a nested hypervisor, or a guest on a hub, that has to look at them. */
interface FloodedPort {
  readonly layer: number;
  /** Nanoseconds a copy: looking at it, and handing it to the promiscuous ports of its own switch. */
  readonly perCopy: number;
  /** Copies that its own switch makes of each. */
  readonly copies: number;
  /** Of a guest without a switch: the layer whose switch it is on; else null. */
  readonly guestOf: number | null;
}

/** Who takes down what it costs to wake a CPU of a layer so many times, and says how long that takes. */
export interface Waking {
  wake(layer: number, times: number): number;
}

/**
 * Unwanted copies to promiscuous ports. Each port of a switch gets nearly the same ones, so they are counted for all
 * of them together, and laid upon each port as load once a window: the ports are exchangeable, and no copy is followed.
 */
export class Floods {
  private readonly sharing: Sharing;
  private readonly waking: Waking;
  private readonly load: KernelLoad;
  private readonly counts: FrameCounts;
  private readonly ring: number;
  private readonly interrupts: readonly (Float64Array | null)[];
  private readonly ports: readonly (readonly FloodedPort[])[];
  /** By layer of the switch, for each of its ports in this window: copies, and runs of them. */
  private readonly copies: Float64Array;
  private readonly runs: Float64Array;
  /** By layer of a flooded hypervisor: work it has not got round to. */
  private readonly backlog: Float64Array;
  private readonly queued: Float64Array;
  /** By layer: how long a wanted frame that comes by its uplink waits behind copies. */
  readonly wait: Float64Array;
  /** By layer of a flooded hypervisor, so far: time looking at copies, and interrupts for them. */
  private readonly dropTime: Float64Array;
  private readonly interrupted: Float64Array;
  private readonly layers: readonly Layer[];

  constructor(
    topology: Topology,
    routing: Routing,
    sharing: Sharing,
    waking: Waking,
    load: KernelLoad,
    counts: FrameCounts,
    exitCosts: EventExitCosts,
  ) {
    const { layers, guests } = topology;
    const { network } = topology.specification;
    this.sharing = sharing;
    this.waking = waking;
    this.load = load;
    this.counts = counts;
    this.ring = network.ring;
    this.interrupts = layers.map(({ firstCpu }) => exitCosts.interrupt(firstCpu));
    this.ports = layers.map(({ index: from }) => {
      const flooded = routing.isHub(from) ? routing.ports[from]! : routing.promiscuousPorts[from]!;
      return Array.from(flooded, (port): FloodedPort => {
        const { layer, specification } = guests[port]!;
        const isSwitch = specification.hypervisor !== undefined;
        const stops = !isSwitch || routing.translates(layer);
        const copies = stops ? 0 : routing.copies(layer, UPLINK, UPLINK, routing.isHub(layer));
        const perCopy = droppingCost(network) + copies * handingCost(network, FULL_FRAME);
        return { layer, perCopy, copies, guestOf: isSwitch ? null : from };
      });
    });
    this.copies = new Float64Array(layers.length);
    this.runs = new Float64Array(layers.length);
    this.backlog = new Float64Array(layers.length);
    this.queued = new Float64Array(layers.length);
    this.wait = new Float64Array(layers.length);
    this.dropTime = new Float64Array(layers.length);
    this.interrupted = new Float64Array(layers.length);
    this.layers = layers;
  }

  /** A switch copies a run of frames to some of its ports. */
  copy(layer: number, frames: number, ports: number): void {
    this.counts.copied[layer]! += frames * ports;
    const share = ports / this.ports[layer]!.length;
    this.copies[layer]! += frames * share;
    this.runs[layer]! += share;
  }

  /** Copies in the ring of a layer's uplink. */
  queuedAt(layer: number): number {
    return this.queued[layer]!;
  }

  /** Adds the time that copies took so far, nanoseconds at full speed by category. */
  addTime(vector: Float64Array): void {
    for (const { index, level, hypervisor } of this.layers) {
      vector[hypervisor === null ? GUEST : FIRST_HYPERVISOR + level]! += this.dropTime[index]!;
      const cost = this.interrupts[index]!;
      if (cost !== null) addVector(vector, cost, this.interrupted[index]!);
    }
  }

  /** A window has passed: its copies become work of who got them. Switches nearer the metal come first. */
  apply(elapsed: number): void {
    for (let layer = 0; layer < this.ports.length; layer++) {
      const copies = this.copies[layer]!;
      if (copies === 0) continue;
      const ports = this.ports[layer]!;
      for (const port of ports) this.drop(layer, port, copies, this.runs[layer]!, elapsed);
      this.copies[layer] = 0;
      this.runs[layer] = 0;
    }
  }

  private drop(from: number, port: FloodedPort, copies: number, runs: number, elapsed: number): void {
    const { layer, perCopy, guestOf } = port;
    const interrupt = this.interrupts[layer]!;
    // What a CPU of the layer cannot do in the time waits in the ring, and what the ring cannot hold is lost.
    const able = elapsed * this.sharing.speedOf(layer);
    const backlog = this.backlog[layer]! + copies * perCopy;
    const done = Math.min(backlog, able);
    const room = this.ring * perCopy;
    const lost = perCopy === 0 ? 0 : Math.max(0, backlog - done - room) / perCopy;
    this.backlog[layer] = Math.min(backlog - done, room);
    this.queued[layer] = perCopy === 0 ? 0 : this.backlog[layer]! / perCopy;
    this.counts.copiesLost[from]! += lost;
    const seen = Math.max(0, copies - lost);
    if (guestOf === null) this.counts.discarded[layer]! += seen;
    else this.counts.discardedByGuests[guestOf]! += seen;
    this.dropTime[layer]! += done;
    const busy = able === 0 ? 1 : Math.min(1, done / able);
    // Runs that find the worker at it already need no interrupt.
    const woken = runs * (1 - busy);
    this.interrupted[layer]! += woken;
    let work = done;
    if (interrupt !== null) work += woken * total(interrupt);
    work += this.waking.wake(layer, woken);
    this.load.add(layer, work);
    // Pollaczek and Khinchine, for runs of equal length.
    const perRun = runs === 0 ? 0 : work / runs;
    const used = able === 0 ? 0.99 : Math.min(0.99, work / able);
    const speed = able / elapsed;
    this.wait[layer] = (this.backlog[layer]! + (used * perRun) / (2 * (1 - used))) / speed;
    if (port.copies === 0) return;
    this.counts.copied[layer]! += seen * port.copies;
    this.copies[layer]! += seen;
    this.runs[layer]! += runs;
  }
}
