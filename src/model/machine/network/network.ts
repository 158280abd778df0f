import type { FrameTransport, Jobs } from '../../workload/jobs.ts';
import type { Bursts } from '../cpu/bursts.ts';
import { FIRST_HYPERVISOR, GUEST, total } from '../cpu/cpu-time.ts';
import type { EventExitCosts } from '../event-exit-costs.ts';
import type { Dispatcher } from '../scheduler/dispatcher.ts';
import { NONE, type SchedulerState } from '../scheduler/scheduler-state.ts';
import type { NetworkCosts } from '../specification.ts';
import type { Topology } from '../topology.ts';
import { FrameCounts } from './frame-counts.ts';
import type { FrameWorker } from './frame-worker.ts';
import { FrameWorkers } from './frame-workers.ts';
import { peersOf } from './peers.ts';
import { OUTSIDE, Routing, UPLINK } from './routing.ts';

/** Marks frames that are unwanted copies, which belong to no job. */
const COPIES = NONE;

/**
 * Frames on their way through the switches. A message, the frames a job waits for or sends, goes in runs of at most
 * a batch from worker to worker: the port worker of who sends, the uplink workers of the hypervisors around who
 * receives, and last the receiver. Every step is CPU time of the layer that takes it, on that layer's own CPUs.
 *
 * Rings lose frames when they are full; senders wait. So a run is never lost on the way up, where the worker below
 * takes it when it can, nor where the outside sends it to the host. A message that lost frames fails its job.
 */
export class Network implements FrameTransport {
  readonly counts: FrameCounts;
  readonly routing: Routing;
  private readonly topology: Topology;
  private readonly scheduling: SchedulerState;
  private readonly dispatcher: Dispatcher;
  private readonly bursts: Bursts;
  private readonly exitCosts: EventExitCosts;
  private readonly jobs: Jobs;
  private readonly costs: NetworkCosts;

  private readonly workers: FrameWorkers;
  private readonly parts: Float64Array;

  /** By guest: whom its frames go to and come from in turn; OUTSIDE alone for peer `uplink`. */
  private readonly peers: readonly Int32Array[];
  private readonly nextPeer: Int32Array;
  /** By task of a job: its message. */
  private readonly outstanding: Int32Array;
  private readonly lost: Uint8Array;
  private readonly inbound: Uint8Array;
  private readonly peer: Int32Array;

  constructor(
    scheduling: SchedulerState,
    dispatcher: Dispatcher,
    bursts: Bursts,
    exitCosts: EventExitCosts,
    jobs: Jobs,
  ) {
    const { topology } = scheduling;
    this.topology = topology;
    this.scheduling = scheduling;
    this.dispatcher = dispatcher;
    this.bursts = bursts;
    this.exitCosts = exitCosts;
    this.jobs = jobs;
    this.costs = topology.specification.network;
    this.counts = new FrameCounts(topology.layers.length, topology.guests.length);
    this.routing = new Routing(topology);
    this.parts = new Float64Array(bursts.categories);
    const tasks = topology.entities - topology.vcpus;
    this.workers = new FrameWorkers(topology, this.routing);
    this.peers = topology.guests.map((guest) => peersOf(guest, topology.guests));
    this.nextPeer = new Int32Array(topology.guests.length);
    this.outstanding = new Int32Array(tasks);
    this.lost = new Uint8Array(tasks);
    this.inbound = new Uint8Array(tasks);
    this.peer = new Int32Array(tasks);
  }

  request(task: number): void {
    const { index, specification } = this.jobs.guestOf(task);
    this.peer[task] = this.choosePeer(index);
    this.startMessage(task, 1, specification.workload!.network!.receive);
  }

  send(task: number): void {
    const { index, specification } = this.jobs.guestOf(task);
    const { network } = specification.workload!;
    if (network!.receive === 0) this.peer[task] = this.choosePeer(index);
    this.startMessage(task, 0, network!.send);
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

  /** Frames of jobs, and unwanted copies, that are in some queue now. */
  inFlight(): { readonly wanted: number; readonly copies: number } {
    let wanted = 0;
    for (const frames of this.outstanding) wanted += frames;
    let copies = 0;
    for (const worker of this.workers.byTask) {
      if (worker === null) continue;
      for (let place = 0; worker.queue.framesAt(place) > 0; place++) {
        if (worker.queue.taskAt(place) === COPIES) copies += worker.queue.framesAt(place);
      }
    }
    return { wanted, copies };
  }

  private startMessage(task: number, inbound: number, frames: number): void {
    this.inbound[task] = inbound;
    this.outstanding[task] = frames;
    this.lost[task] = 0;
    const own = this.jobs.guestOf(task).index;
    this.counts.offered[own]! += frames;
    const source = inbound === 1 ? this.peer[task]! : own;
    const worker = source === OUTSIDE ? this.workers.uplinkOf(0) : this.workers.portOf(source);
    for (let left = frames; left > 0; left -= this.costs.batch) {
      this.enqueue(worker, task, Math.min(left, this.costs.batch));
    }
  }

  private choosePeer(guest: number): number {
    const peers = this.peers[guest]!;
    const turn = this.nextPeer[guest]!;
    this.nextPeer[guest] = turn + 1 < peers.length ? turn + 1 : 0;
    return peers[turn]!;
  }

  private enqueue(worker: FrameWorker, task: number, frames: number): void {
    worker.queue.push(task, frames);
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
    worker.takeBatch(this.costs.batch, COPIES);
    for (let k = 0; k < parts.length; k++) parts[k] = 0;
    let left = worker.taken;
    for (let place = 0; left > 0; place++) {
      const frames = Math.min(left, worker.queue.framesAt(place));
      this.addCost(worker, worker.queue.taskAt(place), frames);
      left -= frames;
    }
    if (total(parts) === 0) return false;
    this.bursts.startKernelWork(worker.task, parts);
    return true;
  }

  private addCost(worker: FrameWorker, task: number, frames: number): void {
    const { parts, costs } = this;
    if (worker.kind === 'receiver') {
      parts[GUEST]! += frames * costs.receive;
      return;
    }
    const { layer } = worker;
    const { level } = this.topology.layers[layer]!;
    const own = FIRST_HYPERVISOR + level;
    if (task === COPIES) {
      const floods = this.routing.promiscuousPorts[layer]!.length;
      parts[own]! += frames * (costs.drop + floods * costs.copy);
      return;
    }
    parts[own]! += frames * costs.forward;
    const ingress = worker.kind === 'port-worker' ? worker.guest : UPLINK;
    const egress = this.routing.egress(layer, this.targetOf(task));
    if (this.routing.obstacle(layer, ingress, egress) !== null) return;
    let handed = this.routing.copies(layer, ingress, egress);
    if (egress === UPLINK) {
      const kick = this.exitCosts.kick(level);
      if (kick !== null) for (let k = 0; k < parts.length; k++) parts[k]! += kick[k]!;
    } else {
      handed++;
    }
    parts[own]! += frames * handed * costs.copy;
  }

  /** What a batch was for happens now, run by run. */
  private deliverBatch(worker: FrameWorker): void {
    const { queue } = worker;
    let left = worker.taken;
    worker.delivers = true;
    while (left > 0) {
      const task = queue.taskAt(0);
      const frames = Math.min(left, queue.framesAt(0));
      queue.shift(frames);
      left -= frames;
      if (worker.kind === 'receiver') this.arrive(task, frames, worker);
      else if (task === COPIES) this.discard(worker.layer, frames);
      else this.forward(worker, task, frames);
    }
    worker.taken = 0;
    worker.delivers = false;
  }

  /** A switch passes a run on. */
  private forward(worker: FrameWorker, task: number, frames: number): void {
    const { layer } = worker;
    const { counts, routing } = this;
    counts.received[layer]! += frames;
    const ingress = worker.kind === 'port-worker' ? worker.guest : UPLINK;
    const egress = routing.egress(layer, this.targetOf(task));
    const obstacle = routing.obstacle(layer, ingress, egress);
    if (obstacle !== null) {
      counts.countDrop(layer, obstacle, frames);
      this.settleFrames(task, frames, true, NONE);
      return;
    }
    this.flood(layer, ingress, egress, frames);
    if (egress === UPLINK) {
      counts.sentUp[layer]! += frames;
      const below = this.topology.layers[layer]!.guest;
      if (below === null) this.settleFrames(task, frames, false, NONE);
      else this.enqueue(this.workers.portOf(below.index), task, frames);
      return;
    }
    const port = this.workers.ringOf(egress);
    if (!port.hasRoomFor(frames)) {
      counts.countDrop(layer, 'ring-full', frames);
      this.settleFrames(task, frames, true, NONE);
      return;
    }
    counts.delivered[layer]! += frames;
    this.enqueue(port, task, frames);
  }

  /** A layer has looked at copies that are not for it; its own promiscuous ports get them all the same. */
  private discard(layer: number, frames: number): void {
    this.counts.discarded[layer]! += frames;
    this.flood(layer, UPLINK, UPLINK, frames);
  }

  private flood(layer: number, ingress: number, egress: number, frames: number): void {
    for (const port of this.routing.promiscuousPorts[layer]!) {
      if (port === ingress || port === egress) continue;
      this.counts.copied[layer]! += frames;
      const worker = this.workers.ringOf(port);
      const fits = Math.min(frames, Math.max(0, worker.ring - worker.queue.frames));
      if (fits < frames) this.counts.copiesLost[layer]! += frames - fits;
      if (fits > 0) this.enqueue(worker, COPIES, fits);
    }
  }

  /** Frames reached the system of the guest they were for. */
  private arrive(task: number, frames: number, receiver: FrameWorker): void {
    const cpu = this.scheduling.cpuOf[receiver.task + this.topology.vcpus]!;
    this.settleFrames(task, frames, false, cpu);
  }

  /** Frames of a job's message are accounted for; with the last of them the job goes on. */
  private settleFrames(task: number, frames: number, lost: boolean, waker: number): void {
    const guest = this.jobs.guestOf(task).index;
    if (lost) {
      this.lost[task] = 1;
      this.counts.lost[guest]! += frames;
    } else {
      this.counts.arrived[guest]! += frames;
    }
    this.outstanding[task]! -= frames;
    if (this.outstanding[task]! > 0) return;
    const complete = this.lost[task] === 0;
    if (this.inbound[task] === 1) this.jobs.received(task, complete, waker);
    else this.jobs.sent(task, complete);
  }

  private targetOf(task: number): number {
    return this.inbound[task] === 1 ? this.jobs.guestOf(task).index : this.peer[task]!;
  }
}
