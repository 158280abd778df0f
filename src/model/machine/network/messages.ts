import type { Simulation } from '../../kernel/simulation.ts';
import type { FrameTransport, Jobs } from '../../workload/jobs.ts';
import { RESEND } from '../event-codes.ts';
import { NONE } from '../scheduler/scheduler-state.ts';
import type { Guest, Topology } from '../topology.ts';
import { Congestion, GIVEN_UP } from './congestion.ts';
import type { FrameCounts } from './frame-counts.ts';
import { type Cut, incomingCut, opensItself, outgoingCut } from './message-cut.ts';
import { peersOf } from './peers.ts';
import type { Routing } from './routing.ts';

/** Who takes runs of a message to where they go, and answers with `settle`, at once or later. */
export interface Carrier {
  /** @param source a guest, or OUTSIDE. */
  carry(source: number, task: number, frames: number, bytes: number): void;
}

/** What became of frames. */
export const ARRIVED = 0;
export const LOST = 1;
/** Lost, and so would be any other that took the same way. */
export const REFUSED = 2;
export type Outcome = typeof ARRIVED | typeof LOST | typeof REFUSED;

/**
 * The messages of jobs: frames that a job waits for or sends, in runs of at most a batch. Over `udp` all go at once,
 * and the message has failed when one is lost. Over `tcp` they go window by window, and what was lost goes again.
 */
export class Messages implements FrameTransport {
  private readonly jobs: Jobs;
  private readonly counts: FrameCounts;
  private readonly simulation: Simulation;
  private readonly carrier: Carrier;
  private readonly batch: number;
  private readonly congestion: Congestion;

  /** By guest: whom its frames go to and come from in turn; OUTSIDE alone for peer `uplink`. */
  private readonly peers: readonly Int32Array[];
  private readonly nextPeer: Int32Array;
  /** By guest. */
  private readonly outgoing: readonly Cut[];
  private readonly incoming: readonly Cut[];
  private readonly resends: Uint8Array;
  private readonly opensSelf: Uint8Array;
  /** By task: its message. */
  private readonly inbound: Uint8Array;
  private readonly peer: Int32Array;
  private readonly frameBytes: Float64Array;
  /** Not sent yet, or to be sent again. */
  private readonly unsent: Int32Array;
  /** On their way; of the round they belong to, and how many of that were lost. */
  private readonly outstanding: Int32Array;
  private readonly round: Int32Array;
  private readonly lostInRound: Int32Array;
  private readonly failed: Uint8Array;

  constructor(
    topology: Topology,
    routing: Routing,
    jobs: Jobs,
    counts: FrameCounts,
    simulation: Simulation,
    carrier: Carrier,
  ) {
    const { guests } = topology;
    this.jobs = jobs;
    this.counts = counts;
    this.simulation = simulation;
    this.carrier = carrier;
    this.batch = topology.specification.network.batch;
    const tasks = topology.entities - topology.vcpus;
    this.congestion = new Congestion(tasks);
    this.peers = guests.map((guest) => peersOf(guest, guests));
    this.nextPeer = new Int32Array(guests.length);
    this.outgoing = guests.map((guest) => outgoingCut(guest, topology));
    this.incoming = guests.map((guest) => incomingCut(guest, topology, routing));
    this.resends = flags(guests, (guest) => guest.specification.workload?.network?.flow === 'tcp');
    this.opensSelf = flags(guests, opensItself);
    this.inbound = new Uint8Array(tasks);
    this.peer = new Int32Array(tasks);
    this.frameBytes = new Float64Array(tasks);
    this.unsent = new Int32Array(tasks);
    this.outstanding = new Int32Array(tasks);
    this.round = new Int32Array(tasks);
    this.lostInRound = new Int32Array(tasks);
    this.failed = new Uint8Array(tasks);
  }

  request(task: number): void {
    const { index } = this.jobs.guestOf(task);
    this.peer[task] = this.choosePeer(index);
    this.begin(task, index, 1, this.incoming[index]!);
  }

  send(task: number): void {
    const { index, specification } = this.jobs.guestOf(task);
    if (specification.workload!.network!.receive === 0) this.peer[task] = this.choosePeer(index);
    this.begin(task, index, 0, this.outgoing[index]!);
  }

  /** Event: time to send again what was lost. */
  resend(task: number): void {
    this.sendRound(task, this.jobs.guestOf(task).index);
  }

  /** Frames of a message are accounted for; with the last of them its job goes on. */
  settle(task: number, frames: number, outcome: Outcome, waker: number): void {
    const guest = this.jobs.guestOf(task).index;
    if (outcome === ARRIVED) this.counts.arrived[guest]! += frames;
    else {
      this.counts.lost[guest]! += frames;
      this.lostInRound[task]! += frames;
      if (outcome === REFUSED || this.resends[guest] === 0) this.failed[task] = 1;
    }
    this.outstanding[task]! -= frames;
    if (this.outstanding[task]! > 0) return;
    if (this.resends[guest] === 0 || this.failed[task] === 1) this.end(task, waker);
    else this.endRound(task, guest, waker);
  }

  /** Where frames of a task's message are going: a guest, or OUTSIDE. */
  targetOf(task: number): number {
    return this.inbound[task] === 1 ? this.jobs.guestOf(task).index : this.peer[task]!;
  }

  sourceOf(task: number): number {
    return this.inbound[task] === 1 ? this.peer[task]! : this.jobs.guestOf(task).index;
  }

  /** Whether the exchange was begun by the side that these frames go to. */
  isInvited(task: number): boolean {
    return this.inbound[task] === this.opensSelf[this.jobs.guestOf(task).index];
  }

  /** Frames on their way. */
  inFlight(): number {
    let frames = 0;
    for (const outstanding of this.outstanding) frames += outstanding;
    return frames;
  }

  private begin(task: number, guest: number, inbound: number, { pieces, bytes }: Cut): void {
    this.inbound[task] = inbound;
    this.frameBytes[task] = bytes;
    this.failed[task] = 0;
    this.unsent[task] = pieces;
    this.sendRound(task, guest);
  }

  private sendRound(task: number, guest: number): void {
    const window = this.resends[guest] === 1 ? this.congestion.windowOf(task) : this.unsent[task]!;
    const frames = Math.min(this.unsent[task]!, window);
    const bytes = this.frameBytes[task]!;
    const source = this.sourceOf(task);
    this.unsent[task]! -= frames;
    this.outstanding[task] = frames;
    this.round[task] = frames;
    this.lostInRound[task] = 0;
    this.counts.offered[guest]! += frames;
    for (let left = frames; left > 0; left -= this.batch) {
      const run = Math.min(left, this.batch);
      this.carrier.carry(source, task, run, run * bytes);
    }
  }

  private endRound(task: number, guest: number, waker: number): void {
    const sent = this.round[task]!;
    const lost = this.lostInRound[task]!;
    if (lost === 0) {
      this.congestion.arrived(task, sent);
      if (this.unsent[task] === 0) this.end(task, waker);
      else this.sendRound(task, guest);
      return;
    }
    const pause = this.congestion.lost(task, sent, lost);
    if (pause === GIVEN_UP) {
      this.failed[task] = 1;
      this.end(task, NONE);
      return;
    }
    this.unsent[task]! += lost;
    this.counts.resent[guest]! += lost;
    if (pause === 0) this.sendRound(task, guest);
    else this.simulation.at(this.simulation.now + pause, RESEND, task, 0);
  }

  private end(task: number, waker: number): void {
    const complete = this.failed[task] === 0;
    if (this.inbound[task] === 1) this.jobs.received(task, complete, waker);
    else this.jobs.sent(task, complete);
  }

  private choosePeer(guest: number): number {
    const peers = this.peers[guest]!;
    const turn = this.nextPeer[guest]!;
    this.nextPeer[guest] = turn + 1 < peers.length ? turn + 1 : 0;
    return peers[turn]!;
  }
}

const flags = (guests: readonly Guest[], of: (guest: Guest) => boolean): Uint8Array =>
  Uint8Array.from(guests, (guest) => (of(guest) ? 1 : 0));
