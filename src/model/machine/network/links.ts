import type { Simulation } from '../../kernel/simulation.ts';
import { NS_PER_SECOND } from '../../kernel/units.ts';
import { LINK_DONE } from '../event-codes.ts';
import type { Topology } from '../topology.ts';
import { wireBytes } from './frame-costs.ts';
import { FrameQueue } from './frame-queue.ts';

export const HOST_OUT = 0;
export const HOST_IN = 1;
const GUEST_OUT = 2;
const GUEST_IN = 3;

export const linkOut = (guest: number): number => GUEST_OUT + 2 * guest;
export const linkIn = (guest: number): number => GUEST_IN + 2 * guest;
export const isLinkOut = (link: number): boolean => link % 2 === 0;
export const guestOfLink = (link: number): number => (link >> 1) - 1;

/** Where frames come out of a link. */
export interface LinkEnd {
  comeOut(link: number, task: number, frames: number, bytes: number): void;
}

/**
 * The network cards that have a speed: two one-way links each, which pass on one run of frames after the other as
 * fast as the wire takes their bytes. Cards without a speed pass frames on at once and are not here.
 */
export class Links {
  private readonly simulation: Simulation;
  private readonly end: LinkEnd;
  private readonly queues: readonly (FrameQueue | null)[];
  /** By link: ns a byte takes. */
  private readonly perByte: Float64Array;
  /** By link: frames that are on the wire; 0 when it is quiet. */
  private readonly passing: Int32Array;

  constructor({ specification, guests }: Topology, simulation: Simulation, end: LinkEnd) {
    this.simulation = simulation;
    this.end = end;
    const speeds = [specification.nic, ...guests.map((guest) => guest.specification.nic)];
    const eachWay = speeds.flatMap((speed) => [speed, speed]);
    this.perByte = Float64Array.from(eachWay, (speed) =>
      speed === undefined ? 0 : (8 * NS_PER_SECOND) / speed,
    );
    this.queues = eachWay.map((speed) => (speed === undefined ? null : new FrameQueue()));
    this.passing = new Int32Array(eachWay.length);
  }

  /** Takes frames in; false when the link has no speed, so that they are through at once. */
  takes(link: number, task: number, frames: number, bytes: number): boolean {
    const queue = this.queues[link]!;
    if (queue === null) return false;
    queue.push(task, frames, bytes);
    if (this.passing[link] === 0) this.startRun(link, queue);
    return true;
  }

  /** Event: a run of frames is through. */
  done(link: number): void {
    const queue = this.queues[link]!;
    const frames = this.passing[link]!;
    const task = queue.taskAt(0);
    const bytes = frames * queue.frameBytesAt(0);
    queue.shift(frames);
    this.passing[link] = 0;
    if (queue.frames > 0) this.startRun(link, queue);
    this.end.comeOut(link, task, frames, bytes);
  }

  /** Frames that wait for a link, or are on it. */
  waiting(link: number): number {
    return this.queues[link]?.frames ?? 0;
  }

  *queuesInUse(): Iterable<FrameQueue> {
    for (const queue of this.queues) if (queue !== null) yield queue;
  }

  private startRun(link: number, queue: FrameQueue): void {
    const frames = queue.framesAt(0);
    this.passing[link] = frames;
    const time = Math.ceil(wireBytes(frames, frames * queue.frameBytesAt(0)) * this.perByte[link]!);
    this.simulation.at(this.simulation.now + time, LINK_DONE, link, 0);
  }
}
