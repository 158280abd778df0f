import { NS_PER_SECOND } from '../../kernel/units.ts';
import { total } from '../cpu/cpu-time.ts';
import type { EventExitCosts } from '../event-exit-costs.ts';
import { forwardingCost, handingCost, receivingCost, translationCost } from '../network/frame-costs.ts';
import type { DropReason } from '../network/frame-counts.ts';
import { guestOfLink, HOST_IN, HOST_OUT, linkIn, linkOut } from '../network/links.ts';
import { OUTSIDE, type Routing, UPLINK } from '../network/routing.ts';
import type { Guest, Topology } from '../topology.ts';

/** What becomes of a frame when a step is done with it. */
export const TO_PORT = 0;
export const TO_UPLINK = 1;
export const RECEIVED = 2;
export const STOPPED = 3;

/**
 * One worker that a run of frames passes on its way; what it spends is CPU time of its layer. Of one shape, with
 * doubles and whole numbers only, because every run of frames reads a handful of them.
 */
export class FrameStep {
  /** The task that does it; steps of several paths share one. */
  readonly worker: number;
  /** Whose CPUs it uses. */
  readonly layer: number;
  /** A thread waits for its turn like others; an interrupt comes before them. */
  readonly isThread: boolean;
  /** Nanoseconds a frame, and the kick of a nested uplink a run. */
  readonly perFrame: number;
  readonly perRun: number;
  /** The interrupt that wakes a worker which is not already busy. */
  readonly interrupt: number;
  /** Whether it then also wakes a CPU that only it needs. */
  readonly wakesCpu: boolean;
  /** Slots; Infinity where the sender waits. */
  readonly ring: number;
  /** Ports of its switch that get an unwanted copy of each frame. */
  readonly copies: number;
  readonly outcome: number;
  readonly obstacle: DropReason | null;
  /** The network card that frames come through before, and its nanoseconds a byte; 0 for one without a speed. */
  readonly link: number;
  readonly linkPerByte: number;
  /** So far: frames, runs, and runs that interrupted. */
  frames = Number.NaN;
  runs = Number.NaN;
  interrupts = Number.NaN;

  constructor(step: {
    readonly worker: number;
    readonly layer: number;
    readonly isThread: boolean;
    readonly perFrame: number;
    readonly kick: Float64Array | null;
    readonly interrupt: Float64Array | null;
    readonly wakesCpu: boolean;
    readonly ring: number;
    readonly copies: number;
    readonly outcome: number;
    readonly obstacle: DropReason | null;
    readonly link: number;
    readonly linkPerByte: number;
  }) {
    this.worker = step.worker;
    this.layer = step.layer;
    this.isThread = step.isThread;
    this.perFrame = step.perFrame;
    this.perRun = step.kick === null ? 0 : total(step.kick);
    this.interrupt = step.interrupt === null ? 0 : total(step.interrupt);
    this.wakesCpu = step.wakesCpu;
    this.ring = step.ring;
    this.copies = step.copies;
    this.outcome = step.outcome;
    this.obstacle = step.obstacle;
    this.link = step.link;
    this.linkPerByte = step.linkPerByte;
    this.frames = 0;
    this.runs = 0;
    this.interrupts = 0;
  }
}

/** Follows a message from switch to switch, as the exact engine's network does event by event. */
export class FramePaths {
  readonly steps: FrameStep[] = [];
  private readonly topology: Topology;
  private readonly routing: Routing;
  private readonly exitCosts: EventExitCosts;
  private readonly workers: ReadonlyMap<string, number>;

  constructor(topology: Topology, routing: Routing, exitCosts: EventExitCosts) {
    this.topology = topology;
    this.routing = routing;
    this.exitCosts = exitCosts;
    this.workers = new Map(
      topology.tasks.map(({ kind, layer, guest, first }) => [
        `${kind} ${kind === 'uplink-worker' ? layer : guest?.index}`,
        first - topology.vcpus,
      ]),
    );
  }

  /** @param source and target: guests, or OUTSIDE. `bytes`: of each frame. `invited`: by the target's side. */
  between(source: number, target: number, bytes: number, invited: boolean): readonly FrameStep[] {
    const { guests, layers } = this.topology;
    const path: FrameStep[] = [];
    let ingress = source === OUTSIDE ? UPLINK : source;
    let layer = source === OUTSIDE ? 0 : guests[source]!.parentLayer;
    for (;;) {
      const egress = this.routing.egress(layer, target);
      const step = this.forwarding(layer, ingress, egress, bytes, invited);
      path.push(step);
      if (step.outcome === STOPPED) break;
      if (egress === UPLINK) {
        const own = layers[layer]!.guest;
        if (own === null) break;
        ingress = own.index;
        layer = own.parentLayer;
      } else if (egress === target) {
        path.push(this.receiving(guests[egress]!));
        break;
      } else {
        ingress = UPLINK;
        layer = guests[egress]!.layer;
      }
    }
    this.steps.push(...path);
    return path;
  }

  private forwarding(
    layer: number,
    ingress: number,
    egress: number,
    bytes: number,
    invited: boolean,
  ): FrameStep {
    const { routing, exitCosts } = this;
    const { network } = this.topology.specification;
    const { level, firstCpu, guest } = this.topology.layers[layer]!;
    const isThread = ingress !== UPLINK;
    const obstacle = routing.obstacle(layer, ingress, egress, invited);
    const passes = obstacle === null;
    const goesUp = passes && egress === UPLINK;
    const copies = passes ? routing.copies(layer, ingress, egress, routing.isHub(layer)) : 0;
    const handed = passes && !goesUp ? copies + 1 : copies;
    const translated = passes && routing.translates(layer) && (ingress === UPLINK || egress === UPLINK);
    const worker = isThread ? `port-worker ${ingress}` : `uplink-worker ${layer}`;
    return new FrameStep({
      worker: this.workers.get(worker)!,
      layer,
      isThread,
      perFrame:
        forwardingCost(network) +
        handed * handingCost(network, bytes) +
        (translated ? translationCost(network) : 0),
      kick: goesUp ? exitCosts.kick(level) : null,
      interrupt: isThread ? null : exitCosts.interrupt(firstCpu),
      wakesCpu: !isThread,
      ring: isThread || layer === 0 ? Number.POSITIVE_INFINITY : network.ring,
      copies,
      outcome: obstacle !== null ? STOPPED : goesUp ? TO_UPLINK : TO_PORT,
      obstacle,
      ...this.cardOf(isThread ? linkOut(ingress) : guest === null ? HOST_IN : linkIn(guest.index)),
    });
  }

  private receiving(guest: Guest): FrameStep {
    const { network } = this.topology.specification;
    return new FrameStep({
      worker: this.workers.get(`receiver ${guest.index}`)!,
      layer: guest.layer,
      isThread: false,
      perFrame: receivingCost(network),
      kick: null,
      interrupt: this.exitCosts.interrupt(this.topology.layers[guest.layer]!.firstCpu),
      // The only vCPU of a guest stays awake for the job that the frames are for, which pays.
      wakesCpu: guest.specification.vcpus > 1,
      ring: network.ring,
      copies: 0,
      outcome: RECEIVED,
      obstacle: null,
      ...this.cardOf(linkIn(guest.index)),
    });
  }

  private cardOf(link: number): { readonly link: number; readonly linkPerByte: number } {
    return { link, linkPerByte: nanosecondsPerByte(this.topology, link) };
  }
}

/** 0 for a card without a speed. */
export function nanosecondsPerByte({ specification, guests }: Topology, link: number): number {
  const speed =
    link === HOST_IN || link === HOST_OUT ? specification.nic : guests[guestOfLink(link)]!.specification.nic;
  return speed === undefined ? 0 : (8 * NS_PER_SECOND) / speed;
}
