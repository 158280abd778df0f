import { addVector, FIRST_HYPERVISOR, GUEST, total } from '../cpu/cpu-time.ts';
import type { EventExitCosts } from '../event-exit-costs.ts';
import { Congestion, GIVEN_UP } from '../network/congestion.ts';
import { wireBytes } from '../network/frame-costs.ts';
import { FrameCounts, WIRE_IN, WIRE_OUT } from '../network/frame-counts.ts';
import { HOST_IN, HOST_OUT } from '../network/links.ts';
import { type Cut, incomingCut, opensItself, outgoingCut } from '../network/message-cut.ts';
import { peersOf } from '../network/peers.ts';
import { Routing } from '../network/routing.ts';
import type { Topology } from '../topology.ts';
import { Floods } from './floods.ts';
import {
  type FramePath,
  FramePaths,
  type FrameSteps,
  nanosecondsPerByte,
  RECEIVED,
  STOPPED,
  TO_UPLINK,
} from './frame-path.ts';
import type { KernelLoad } from './kernel-load.ts';
import type { Sharing } from './sharing.ts';

interface Peer {
  readonly inbound: FramePath;
  readonly outbound: FramePath;
}

/** Whom a guest exchanges frames with, in turn, and in which pieces. */
interface Correspondent {
  readonly peers: readonly Peer[];
  readonly incoming: Cut;
  readonly outgoing: Cut;
  /** Sends again what was lost. */
  readonly resends: boolean;
  turn: number;
  peer: Peer;
}

/**
 * Frames without an event of their own. When a message sets out, its way is known: each worker on it has a known
 * backlog (Lindley's recursion), takes a known CPU time at the speed its layer has now, and so the time of arrival
 * follows at once. What the steps cost becomes kernel load; runs of a batch follow each other from worker to worker.
 *
 * Messages are booked in the order in which they set out, not in which they reach a worker. So that one that is held
 * up early on its way does not hold up others that reach the same worker before it, a worker has its work from the
 * moment it is booked: a wait can be too short by that, never longer than what the worker has to do.
 */
export class Frames {
  readonly floods: Floods;
  /** Of the message sent last: frames sent, those lost, those sent again, when all was over, and whether in vain. */
  offered = Number.NaN;
  lost = Number.NaN;
  resent = Number.NaN;
  doneAt = Number.NaN;
  failed = false;
  private readonly topology: Topology;
  private readonly exitCosts: EventExitCosts;
  private readonly sharing: Sharing;
  private readonly load: KernelLoad;
  private readonly batch: number;
  private readonly counts: FrameCounts;
  private readonly steps: FrameSteps;
  private readonly correspondents: readonly (Correspondent | null)[];
  private readonly congestion: Congestion;
  /** By task, and behind them by network card: nanoseconds of what it has to do, at some time. */
  private readonly backlog: Float64Array;
  private readonly backlogOf: Float64Array;
  /** Frames of it. */
  private readonly queued: Float64Array;
  private readonly links: number;
  private readonly hostPerByte: number;
  private setOutAt = Number.NaN;
  /** By layer: nanoseconds of a halt and wake of one of its CPUs, and how many are expected so far. */
  private readonly wakeTime: Float64Array;
  private readonly wakes: Float64Array;
  private readonly layerBelow: Int32Array;

  constructor(topology: Topology, sharing: Sharing, load: KernelLoad, exitCosts: EventExitCosts) {
    this.topology = topology;
    this.exitCosts = exitCosts;
    this.sharing = sharing;
    this.load = load;
    this.batch = topology.specification.network.batch;
    this.counts = new FrameCounts(topology.layers.length, topology.guests.length);
    const routing = new Routing(topology);
    const paths = new FramePaths(topology, routing, exitCosts);
    this.correspondents = topology.guests.map((guest): Correspondent | null => {
      const network = guest.specification.workload?.network;
      if (network === undefined) return null;
      const incoming = incomingCut(guest, topology, routing);
      const outgoing = outgoingCut(guest, topology);
      const opensSelf = opensItself(guest);
      const peers = Array.from(peersOf(guest, topology.guests), (peer) => ({
        inbound: paths.between(peer, guest.index, incoming.bytes, opensSelf),
        outbound: paths.between(guest.index, peer, outgoing.bytes, !opensSelf),
      }));
      return { peers, incoming, outgoing, resends: network.flow === 'tcp', turn: 0, peer: peers[0]! };
    });
    this.steps = paths.compile();
    this.links = topology.entities - topology.vcpus;
    this.backlog = new Float64Array(this.links + 2 + 2 * topology.guests.length);
    this.backlogOf = new Float64Array(this.backlog.length);
    this.queued = new Float64Array(this.backlog.length);
    this.hostPerByte = nanosecondsPerByte(topology, HOST_OUT);
    this.congestion = new Congestion(this.links);
    this.wakeTime = Float64Array.from(topology.layers, ({ firstCpu }) => {
      const cost = exitCosts.haltWake(firstCpu);
      return cost === null ? 0 : total(cost);
    });
    this.wakes = new Float64Array(topology.layers.length);
    this.layerBelow = Int32Array.from(topology.layers, ({ guest }) => guest?.parentLayer ?? -1);
    this.floods = new Floods(topology, routing, sharing, this, load, this.counts, exitCosts);
  }

  /** The frames that the job of a task waits for set out now; `doneAt`, `offered` and `lost` tell the rest. */
  receive(guest: number, task: number): void {
    const correspondent = this.correspondents[guest]!;
    choosePeer(correspondent);
    this.message(correspondent.peer.inbound, correspondent.incoming, correspondent.resends, task);
  }

  /** The frames that end the job of a task set out now. */
  send(guest: number, task: number): void {
    const correspondent = this.correspondents[guest]!;
    if (correspondent.incoming.pieces === 0) choosePeer(correspondent);
    this.message(correspondent.peer.outbound, correspondent.outgoing, correspondent.resends, task);
  }

  /** Nanoseconds that waking a CPU of a layer so many times, and what is below it, is expected to cost now. */
  wake(layer: number, times: number): number {
    let cost = 0;
    let expected = times;
    for (let l = layer; l > 0; l = this.layerBelow[l]!) {
      expected *= this.load.idleShare(l);
      this.wakes[l]! += expected;
      cost += expected * this.wakeTime[l]!;
    }
    return cost;
  }

  /** Adds the kernel time so far, nanoseconds at full speed by category. */
  addTime(vector: Float64Array): void {
    const { topology, exitCosts } = this;
    const add = (cost: Float64Array | null, count: number): void => {
      if (cost !== null) addVector(vector, cost, count);
    };
    const { steps } = this;
    for (let step = 0; step < steps.count; step++) {
      const kind = steps.kind[step]!;
      const { level, firstCpu } = topology.layers[steps.layer[step]!]!;
      const category = steps.outcome[kind] === RECEIVED ? GUEST : FIRST_HYPERVISOR + level;
      vector[category]! += steps.frames[step]! * steps.perFrame[kind]!;
      if (steps.perRun[kind]! > 0) add(exitCosts.kick(level), steps.runs[step]!);
      add(exitCosts.interrupt(firstCpu), steps.interrupts[step]!);
    }
    for (const { index, firstCpu } of topology.layers) add(exitCosts.haltWake(firstCpu), this.wakes[index]!);
    this.floods.addTime(vector);
  }

  /** What became of frames so far. */
  countsNow(): FrameCounts {
    const counts = this.counts.copy();
    const { steps } = this;
    for (let step = 0; step < steps.count; step++) {
      const outcome = steps.outcomeOf(step);
      if (outcome === RECEIVED) continue;
      const layer = steps.layer[step]!;
      const frames = steps.frames[step]!;
      counts.received[layer]! += frames;
      if (outcome === STOPPED) counts.countDrop(layer, steps.obstacle[step]!, frames);
      else if (outcome === TO_UPLINK) counts.sentUp[layer]! += frames;
      else counts.delivered[layer]! += frames;
    }
    return counts;
  }

  private message(path: FramePath, { pieces, bytes }: Cut, resends: boolean, task: number): void {
    this.doneAt = this.sharing.now;
    this.offered = 0;
    this.lost = 0;
    this.resent = 0;
    this.failed = false;
    if (!resends) {
      this.round(path, pieces, bytes);
      this.failed = this.lost > 0;
      return;
    }
    let unsent = pieces;
    while (unsent > 0 && !this.failed) {
      const frames = Math.min(unsent, this.congestion.windowOf(task));
      const lostBefore = this.lost;
      this.round(path, frames, bytes);
      const lost = this.lost - lostBefore;
      unsent += lost - frames;
      if (lost === 0) this.congestion.arrived(task, frames);
      else this.backOff(path, task, frames, lost);
    }
  }

  /** Frames of a round were lost: a pause, unless the path lets none through. */
  private backOff(path: FramePath, task: number, sent: number, lost: number): void {
    const pause =
      this.steps.outcomeOf(path.end - 1) === STOPPED ? GIVEN_UP : this.congestion.lost(task, sent, lost);
    if (pause === GIVEN_UP) this.failed = true;
    else {
      this.doneAt += pause;
      this.resent += lost;
    }
  }

  private round(path: FramePath, frames: number, bytes: number): void {
    const from = this.doneAt;
    this.offered += frames;
    for (let left = frames; left > 0; left -= this.batch) {
      this.setOutAt = from;
      this.run(path, Math.min(left, this.batch), bytes);
    }
  }

  /** One run of at most a batch, from `setOutAt` on. */
  private run({ first, end }: FramePath, frames: number, bytes: number): void {
    const { sharing, floods, steps } = this;
    let at = this.setOutAt;
    for (let step = first; step < end; step++) {
      const kind = steps.kind[step]!;
      const worker = steps.worker[step]!;
      const layer = steps.layer[step]!;
      const isThread = steps.isThread[kind] === 1;
      const link = steps.link[step]!;
      if (steps.linkPerByte[kind]! > 0)
        at = this.through(link, steps.linkPerByte[kind]!, at, wireBytes(frames, frames * bytes));
      if (link === HOST_IN) this.counts.wire[WIRE_IN]! += wireBytes(frames, frames * bytes);
      let speed = sharing.speedOf(layer);
      let wait = this.backlogAt(worker, at);
      if (isThread) speed *= sharing.servedShare(layer);
      else if (floods.wait[layer]! > wait) wait = floods.wait[layer]!;
      if (this.queued[worker]! + floods.queuedAt(layer) + frames > steps.ring[kind]!) {
        this.lose(steps.layer[step - 1]!, frames);
        break;
      }
      let work = frames * steps.perFrame[kind]! + steps.perRun[kind]!;
      steps.frames[step]! += frames;
      steps.runs[step]! += 1;
      if (wait === 0 && !isThread && work > 0) {
        steps.interrupts[step]! += 1;
        work += steps.interrupt[kind]!;
        if (steps.wakesCpu[kind] === 1) work += this.wake(layer, 1);
      }
      this.load.add(layer, work);
      const took = work / speed;
      at += wait + took;
      if (this.backlog[worker] === 0) this.backlogOf[worker] = sharing.now;
      this.backlog[worker]! += took;
      this.queued[worker]! += frames;
      if (steps.copies[kind]! > 0) floods.copy(layer, frames, steps.copies[kind]!);
      const outcome = steps.outcome[kind]!;
      if (outcome === STOPPED) this.lost += frames;
      else if (outcome === TO_UPLINK && layer === 0) {
        const wire = wireBytes(frames, frames * bytes);
        this.counts.wire[WIRE_OUT]! += wire;
        if (this.hostPerByte > 0) at = this.through(HOST_OUT, this.hostPerByte, at, wire);
      }
    }
    if (at > this.doneAt) this.doneAt = at;
  }

  /** How long what reaches a worker, or a card, at a time will wait behind what it has now. */
  private backlogAt(place: number, at: number): number {
    const { now } = this.sharing;
    const before = this.backlog[place]!;
    if (before === 0) {
      // What took it no time is not in its ring any longer.
      this.queued[place] = 0;
      return 0;
    }
    const left = before - (now - this.backlogOf[place]!);
    this.backlogOf[place] = now;
    if (left <= 0) {
      this.backlog[place] = 0;
      this.queued[place] = 0;
      return 0;
    }
    this.backlog[place] = left;
    this.queued[place]! *= left / before;
    return Math.max(0, left - (at - now));
  }

  /** When bytes that reach a card at a time have left it. */
  private through(link: number, perByte: number, at: number, bytes: number): number {
    const place = this.links + link;
    const wait = this.backlogAt(place, at);
    if (this.backlog[place] === 0) this.backlogOf[place] = this.sharing.now;
    this.backlog[place]! += bytes * perByte;
    return at + wait + bytes * perByte;
  }

  /** A switch finds the ring of the port full that a run is for. */
  private lose(layer: number, frames: number): void {
    this.counts.countDrop(layer, 'ring-full', frames);
    this.counts.delivered[layer]! -= frames;
    this.lost += frames;
  }
}

function choosePeer(correspondent: Correspondent): void {
  const { peers, turn } = correspondent;
  correspondent.peer = peers[turn]!;
  correspondent.turn = turn + 1 < peers.length ? turn + 1 : 0;
}
