import type { RandomStream } from '../../kernel/random-stream.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import type { Jobs } from '../../workload/jobs.ts';
import type { Bursts } from '../cpu/bursts.ts';
import { FIRST_HYPERVISOR, GUEST, total } from '../cpu/cpu-time.ts';
import { BROADCAST, LINK_DONE, RESEND } from '../event-codes.ts';
import type { EventExitCosts } from '../event-exit-costs.ts';
import type { Dispatcher } from '../scheduler/dispatcher.ts';
import { NONE, type SchedulerState } from '../scheduler/scheduler-state.ts';
import type { NetworkCosts } from '../specification.ts';
import type { Topology } from '../topology.ts';
import { AddressTables } from './address-tables.ts';
import { BroadcastSources } from './broadcast-sources.ts';
import {
  droppingCost,
  forwardingCost,
  handingCost,
  receivingCost,
  translationCost,
  wireBytes,
} from './frame-costs.ts';
import { FrameCounts, WIRE_IN, WIRE_OUT } from './frame-counts.ts';
import { BROADCASTS, COPIES, ECHOES } from './frame-kinds.ts';
import type { FrameWorker } from './frame-worker.ts';
import { FrameWorkers } from './frame-workers.ts';
import { guestOfLink, HOST_IN, HOST_OUT, isLinkOut, type LinkEnd, Links, linkIn, linkOut } from './links.ts';
import { ARRIVED, type Carrier, LOST, Messages, REFUSED } from './messages.ts';
import { OUTSIDE, Routing, UPLINK } from './routing.ts';

/**
 * Frames on their way through the switches. A run of frames goes from worker to worker: the port worker of who
 * sends, the uplink workers of the hypervisors around who receives, and last the receiver. Every step is CPU time of
 * the layer that takes it, on that layer's own CPUs.
 *
 * Rings lose frames when they are full; senders wait. So a run is never lost on the way up, where the worker below
 * takes it when it can, nor where the outside sends it to the host.
 */
export class Network implements Carrier, LinkEnd {
  readonly counts: FrameCounts;
  private readonly messages: Messages;
  private readonly links: Links;
  private readonly broadcasts: BroadcastSources;
  private readonly topology: Topology;
  private readonly scheduling: SchedulerState;
  private readonly dispatcher: Dispatcher;
  private readonly bursts: Bursts;
  private readonly exitCosts: EventExitCosts;
  private readonly costs: NetworkCosts;
  private readonly routing: Routing;
  private readonly tables: AddressTables;
  private readonly workers: FrameWorkers;
  private readonly parts: Float64Array;

  constructor(
    scheduling: SchedulerState,
    simulation: Simulation,
    dispatcher: Dispatcher,
    bursts: Bursts,
    exitCosts: EventExitCosts,
    jobs: Jobs,
    stream: (name: string) => RandomStream,
  ) {
    const { topology } = scheduling;
    this.topology = topology;
    this.scheduling = scheduling;
    this.dispatcher = dispatcher;
    this.bursts = bursts;
    this.exitCosts = exitCosts;
    this.costs = topology.specification.network;
    this.counts = new FrameCounts(topology.layers.length, topology.guests.length);
    this.routing = new Routing(topology);
    this.tables = new AddressTables(topology, this.routing);
    this.parts = new Float64Array(bursts.categories);
    this.workers = new FrameWorkers(topology, this.routing);
    this.links = new Links(topology, simulation, this);
    this.messages = new Messages(topology, this.routing, jobs, this.counts, simulation, this);
    this.broadcasts = new BroadcastSources(topology, simulation, this.counts, this, stream);
    jobs.connect(this.messages);
  }

  /** Schedules what happens first. */
  start(): void {
    this.broadcasts.start();
  }

  /** Handles an event of the network; false when it is none. */
  handle(opcode: number, a: number): boolean {
    switch (opcode) {
      case LINK_DONE:
        this.links.done(a);
        return true;
      case RESEND:
        this.messages.resend(a);
        return true;
      case BROADCAST:
        this.broadcasts.send(a);
        return true;
      default:
        return false;
    }
  }

  /** Whether a task drains frames, so that the end of its burst is this module's. */
  isWorker(task: number): boolean {
    return this.workers.byTask[task] !== null;
  }

  /** The batch of a worker is done; the worker is the current entity of an executing CPU. */
  burstDone(task: number): void {
    const worker = this.workers.byTask[task]!;
    this.deliverBatch(worker);
    if (this.goOn(worker)) this.dispatcher.goOn(task + this.topology.vcpus);
    else this.dispatcher.block(task + this.topology.vcpus);
  }

  /** Frames that are in some queue now: of jobs, unwanted copies, broadcasts. */
  inFlight(): { readonly wanted: number; readonly copies: number; readonly broadcasts: number } {
    let copies = 0;
    let broadcasts = 0;
    const queues = [
      ...this.workers.byTask.flatMap((worker) => (worker === null ? [] : [worker.queue])),
      ...this.links.queuesInUse(),
    ];
    for (const queue of queues) {
      for (let place = 0; queue.framesAt(place) > 0; place++) {
        const task = queue.taskAt(place);
        if (task === BROADCASTS) broadcasts += queue.framesAt(place);
        else if (task < 0) copies += queue.framesAt(place);
      }
    }
    return { wanted: this.messages.inFlight(), copies, broadcasts };
  }

  carry(source: number, task: number, frames: number, bytes: number): void {
    if (source !== OUTSIDE) this.sendFrom(source, task, frames, bytes);
    else if (!this.links.takes(HOST_IN, task, frames, bytes)) this.enterHost(task, frames, bytes);
  }

  comeOut(link: number, task: number, frames: number, bytes: number): void {
    if (link === HOST_IN) this.enterHost(task, frames, bytes);
    else if (link === HOST_OUT) this.leaveHost(task, frames, bytes);
    else if (isLinkOut(link)) this.enqueue(this.workers.portOf(guestOfLink(link)), task, frames, bytes);
    else this.enqueue(this.workers.ringOf(guestOfLink(link)), task, frames, bytes);
  }

  private enterHost(task: number, frames: number, bytes: number): void {
    this.counts.wire[WIRE_IN]! += wireBytes(frames, bytes);
    this.enqueue(this.workers.uplinkOf(0), task, frames, bytes);
  }

  private leaveHost(task: number, frames: number, bytes: number): void {
    this.counts.wire[WIRE_OUT]! += wireBytes(frames, bytes);
    if (task >= 0) {
      this.messages.settle(task, frames, ARRIVED, NONE);
      return;
    }
    if (task !== BROADCASTS) {
      this.counts.copiesOut[0]! += frames;
      return;
    }
    this.counts.broadcastsOut[0]! += frames;
    // The network floods a broadcast, so that it comes back by every other adapter of the team.
    const again = this.routing.uplinksOf(0) - 1;
    if (again === 0 || this.routing.promiscuousPorts[0]!.length === 0) return;
    this.counts.copied[0]! += frames * again;
    const kind = this.routing.filtersEchoes(0) ? ECHOES : COPIES;
    this.carry(OUTSIDE, kind, frames * again, bytes * again);
  }

  /** A guest's adapter hands frames to its port. */
  private sendFrom(guest: number, task: number, frames: number, bytes: number): void {
    if (this.links.takes(linkOut(guest), task, frames, bytes)) return;
    this.enqueue(this.workers.portOf(guest), task, frames, bytes);
  }

  /** Frames leave a switch by its uplink. */
  private sendUp(layer: number, task: number, frames: number, bytes: number): void {
    const { guest } = this.topology.layers[layer]!;
    if (guest !== null) this.sendFrom(guest.index, task, frames, bytes);
    else if (!this.links.takes(HOST_OUT, task, frames, bytes)) this.leaveHost(task, frames, bytes);
  }

  /** How many frames the ring of a port still takes. */
  private roomAt(port: number): number {
    const { ring, queue } = this.workers.ringOf(port);
    return Math.max(0, ring - queue.frames - this.links.waiting(linkIn(port)));
  }

  private sendDown(port: number, task: number, frames: number, bytes: number): void {
    if (this.links.takes(linkIn(port), task, frames, bytes)) return;
    this.enqueue(this.workers.ringOf(port), task, frames, bytes);
  }

  private enqueue(worker: FrameWorker, task: number, frames: number, bytes: number): void {
    worker.queue.push(task, frames, bytes);
    if (worker.taken > 0 || worker.delivers || !this.goOn(worker)) return;
    const entity = worker.task + this.topology.vcpus;
    this.dispatcher.wake(entity, NONE);
    if (worker.kind === 'port-worker') return;
    const cpu = this.scheduling.cpuOf[entity]!;
    this.dispatcher.owe(cpu, this.exitCosts.interrupt(cpu));
  }

  /**
   * Starts the next batch; false when nothing is left. What costs nothing needs no CPU and is done on the spot: on a
   * machine without network costs frames just arrive.
   */
  private goOn(worker: FrameWorker): boolean {
    while (worker.queue.frames > 0) {
      if (this.startBatch(worker)) return true;
      this.deliverBatch(worker);
    }
    return false;
  }

  /** Takes the next batch as a burst of the worker. False when it costs nothing. */
  private startBatch(worker: FrameWorker): boolean {
    const { parts } = this;
    const { queue } = worker;
    worker.takeBatch(this.costs.batch);
    for (let k = 0; k < parts.length; k++) parts[k] = 0;
    let left = worker.taken;
    for (let place = 0; left > 0; place++) {
      const frames = Math.min(left, queue.framesAt(place));
      const task = queue.taskAt(place);
      if (worker.kind === 'receiver') {
        parts[GUEST]! += frames * (isUnwanted(task) ? droppingCost(this.costs) : receivingCost(this.costs));
      } else this.addSwitching(worker, task, frames, queue.frameBytesAt(place));
      left -= frames;
    }
    if (total(parts) === 0) return false;
    this.bursts.startKernelWork(worker.task, parts);
    return true;
  }

  /** What a switch spends on frames of so many bytes each. */
  private addSwitching(worker: FrameWorker, task: number, frames: number, bytes: number): void {
    const { parts, costs, routing } = this;
    const { layer } = worker;
    const { level } = this.topology.layers[layer]!;
    const own = FIRST_HYPERVISOR + level;
    const ingress = worker.kind === 'port-worker' ? worker.guest : UPLINK;
    if (isUnwanted(task)) {
      const again = task === ECHOES ? 0 : this.copiesOfCopies(layer, ingress);
      parts[own]! += frames * (droppingCost(costs) + again * handingCost(costs, bytes));
      return;
    }
    parts[own]! += frames * forwardingCost(costs);
    if (ingress !== UPLINK && routing.isForged(layer, ingress)) return;
    if (task === BROADCASTS) {
      parts[own]! += frames * routing.broadcastCopies(layer, ingress) * handingCost(costs, bytes);
      return;
    }
    const { messages } = this;
    const target = messages.targetOf(task);
    const egress = routing.egress(layer, target);
    if (routing.obstacle(layer, ingress, egress, messages.isInvited(task)) !== null) return;
    let handed = routing.copies(layer, ingress, egress, this.floods(layer, egress, target));
    if (egress === UPLINK) {
      const kick = this.exitCosts.kick(level);
      if (kick !== null) for (let k = 0; k < parts.length; k++) parts[k]! += kick[k]!;
    } else {
      handed++;
    }
    parts[own]! += frames * handed * handingCost(costs, bytes);
    if ((ingress === UPLINK || egress === UPLINK) && routing.translates(layer)) {
      parts[own]! += frames * translationCost(costs);
    }
  }

  /** Whether a frame for a target goes to every port. */
  private floods(layer: number, egress: number, target: number): boolean {
    if (this.routing.isHub(layer)) return true;
    return egress !== UPLINK && this.tables.isUnknown(layer, target, this.scheduling.now);
  }

  /** What a batch was for happens now, run by run. */
  private deliverBatch(worker: FrameWorker): void {
    const { queue, layer } = worker;
    let left = worker.taken;
    worker.delivers = true;
    while (left > 0) {
      const task = queue.taskAt(0);
      const frames = Math.min(left, queue.framesAt(0));
      const bytes = frames * queue.frameBytesAt(0);
      queue.shift(frames);
      left -= frames;
      const ingress = worker.kind === 'port-worker' ? worker.guest : UPLINK;
      if (worker.kind === 'receiver') this.receive(worker, task, frames);
      else if (task === BROADCASTS) this.broadcast(layer, ingress, frames, bytes);
      else if (task < 0) this.discard(layer, ingress, task, frames, bytes);
      else this.forward(layer, ingress, task, frames, bytes);
    }
    worker.taken = 0;
    worker.delivers = false;
  }

  /** A switch passes a run of a message on. */
  private forward(layer: number, ingress: number, task: number, frames: number, bytes: number): void {
    const { counts, routing, messages, tables } = this;
    const { now } = this.scheduling;
    counts.received[layer]! += frames;
    const target = messages.targetOf(task);
    const egress = routing.egress(layer, target);
    let obstacle = routing.obstacle(layer, ingress, egress, messages.isInvited(task));
    if (obstacle !== null) {
      counts.countDrop(layer, obstacle, frames);
      messages.settle(task, frames, REFUSED, NONE);
      return;
    }
    if (ingress !== UPLINK) obstacle = tables.hear(layer, messages.sourceOf(task), now);
    const floods = this.floods(layer, egress, target);
    if (obstacle === null && floods && !routing.isHub(layer)) {
      obstacle = tables.refusal(layer, frames, now);
      if (obstacle === null) counts.flooded[layer]! += frames;
    }
    if (obstacle !== null) {
      counts.countDrop(layer, obstacle, frames);
      messages.settle(task, frames, LOST, NONE);
      return;
    }
    this.copy(layer, ingress, egress, floods, frames, bytes);
    if (egress === UPLINK) {
      counts.sentUp[layer]! += frames;
      this.sendUp(layer, task, frames, bytes);
    } else if (this.roomAt(egress) < frames) {
      counts.countDrop(layer, 'ring-full', frames);
      messages.settle(task, frames, LOST, NONE);
    } else {
      counts.delivered[layer]! += frames;
      this.sendDown(egress, task, frames, bytes);
    }
  }

  /** A layer has looked at copies that are not for it; promiscuous ports of its own, or all of a hub, get them too. */
  private discard(layer: number, ingress: number, kind: number, frames: number, bytes: number): void {
    this.counts.discarded[layer]! += frames;
    if (kind === ECHOES || this.copiesOfCopies(layer, ingress) === 0) return;
    this.copy(layer, ingress, ingress, this.routing.isHub(layer), frames, bytes);
  }

  private copiesOfCopies(layer: number, ingress: number): number {
    if (ingress === UPLINK ? this.routing.translates(layer) : this.routing.isForged(layer, ingress)) return 0;
    return this.routing.copies(layer, ingress, ingress, this.routing.isHub(layer));
  }

  /** Hands copies to the ports a frame does not go to. */
  private copy(
    layer: number,
    ingress: number,
    egress: number,
    floods: boolean,
    frames: number,
    bytes: number,
  ): void {
    const ports = floods ? this.routing.ports[layer]! : this.routing.promiscuousPorts[layer]!;
    for (const port of ports) {
      const goesThere = port === ingress || port === egress;
      if (!goesThere) this.hand(layer, port, COPIES, frames, bytes);
      this.handAgain(layer, port, frames, bytes);
    }
    if (!floods || !this.routing.floodsUp(layer, ingress, egress)) return;
    this.counts.copied[layer]! += frames;
    this.sendUp(layer, COPIES, frames, bytes);
  }

  /** The other adapters of a guest's team get what the first one got, or sent. */
  private handAgain(layer: number, port: number, frames: number, bytes: number): void {
    const again = this.routing.adaptersOf(port) - 1;
    if (again === 0) return;
    const kind = this.routing.filtersEchoes(this.topology.guests[port]!.layer) ? ECHOES : COPIES;
    this.hand(layer, port, kind, again * frames, again * bytes);
  }

  /** Every port gets a broadcast, and so does the uplink. */
  private broadcast(layer: number, ingress: number, frames: number, bytes: number): void {
    const { counts, routing } = this;
    counts.broadcasts[layer]! += frames;
    if (ingress === UPLINK ? routing.translates(layer) : routing.isForged(layer, ingress)) {
      counts.broadcastsRejected[layer]! += frames;
      return;
    }
    for (const port of routing.ports[layer]!) {
      if (port !== ingress) this.hand(layer, port, BROADCASTS, frames, bytes);
      this.handAgain(layer, port, frames, bytes);
    }
    if (!routing.broadcastsUp(layer, ingress)) return;
    counts.broadcastCopies[layer]! += frames;
    this.sendUp(layer, BROADCASTS, frames, bytes);
  }

  /** As many as fit into the ring of a port. */
  private hand(layer: number, port: number, kind: number, frames: number, bytes: number): void {
    const { counts } = this;
    const fits = Math.min(frames, this.roomAt(port));
    if (kind === BROADCASTS) {
      counts.broadcastCopies[layer]! += frames;
      counts.broadcastsLost[layer]! += frames - fits;
    } else {
      counts.copied[layer]! += frames;
      counts.copiesLost[layer]! += frames - fits;
    }
    if (fits > 0) this.sendDown(port, kind, fits, (bytes / frames) * fits);
  }

  /** Frames reached the system of a guest. */
  private receive(receiver: FrameWorker, task: number, frames: number): void {
    if (task >= 0) {
      const cpu = this.scheduling.cpuOf[receiver.task + this.topology.vcpus]!;
      this.messages.settle(task, frames, ARRIVED, cpu);
      return;
    }
    const { parentLayer } = this.topology.guests[receiver.guest]!;
    if (task === BROADCASTS) this.counts.broadcastsTaken[parentLayer]! += frames;
    else this.counts.discardedByGuests[parentLayer]! += frames;
  }
}

const isUnwanted = (task: number): boolean => task === COPIES || task === ECHOES;
