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

/** One worker that a run of frames passes on its way; what it spends is CPU time of its layer. */
interface FrameStep {
  /** The task that does it; steps of several paths share one. */
  readonly worker: number;
  /** Whose CPUs it uses. */
  readonly layer: number;
  /** The network card that frames come through before. */
  readonly link: number;
  readonly kind: StepKind;
  readonly obstacle: DropReason | null;
}

/** What the steps of all seats that are alike have in common. */
interface StepKind {
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
  /** Nanoseconds a byte through the card; 0 for one without a speed. */
  readonly linkPerByte: number;
}

/** The steps of a path in `FrameSteps`: from `first` up to `end`, which is not one of them. */
export interface FramePath {
  readonly first: number;
  readonly end: number;
}

/**
 * The steps of all paths, and what passed them. In arrays, and what many have in common once, because every run of
 * frames reads a handful of them: those of a lab of many seats then stay in the caches.
 */
export class FrameSteps {
  readonly count: number;
  readonly worker: Int32Array;
  readonly layer: Int32Array;
  readonly link: Int32Array;
  readonly obstacle: readonly (DropReason | null)[];
  /** By step: its place in the arrays that follow. */
  readonly kind: Int32Array;
  readonly isThread: Uint8Array;
  readonly perFrame: Float64Array;
  readonly perRun: Float64Array;
  readonly interrupt: Float64Array;
  readonly wakesCpu: Uint8Array;
  readonly ring: Float64Array;
  readonly copies: Int32Array;
  readonly outcome: Uint8Array;
  readonly linkPerByte: Float64Array;
  /** By step, so far: frames, runs, and runs that interrupted. */
  readonly frames: Float64Array;
  readonly runs: Float64Array;
  readonly interrupts: Float64Array;

  constructor(steps: readonly FrameStep[]) {
    const kinds: StepKind[] = [];
    const known = new Map<string, number>();
    this.count = steps.length;
    this.worker = Int32Array.from(steps, ({ worker }) => worker);
    this.layer = Int32Array.from(steps, ({ layer }) => layer);
    this.link = Int32Array.from(steps, ({ link }) => link);
    this.obstacle = steps.map(({ obstacle }) => obstacle);
    this.kind = Int32Array.from(steps, ({ kind }) => {
      const key = Object.values(kind).join(' ');
      const place = known.get(key) ?? kinds.push(kind) - 1;
      known.set(key, place);
      return place;
    });
    this.isThread = Uint8Array.from(kinds, ({ isThread }) => (isThread ? 1 : 0));
    this.perFrame = Float64Array.from(kinds, ({ perFrame }) => perFrame);
    this.perRun = Float64Array.from(kinds, ({ perRun }) => perRun);
    this.interrupt = Float64Array.from(kinds, ({ interrupt }) => interrupt);
    this.wakesCpu = Uint8Array.from(kinds, ({ wakesCpu }) => (wakesCpu ? 1 : 0));
    this.ring = Float64Array.from(kinds, ({ ring }) => ring);
    this.copies = Int32Array.from(kinds, ({ copies }) => copies);
    this.outcome = Uint8Array.from(kinds, ({ outcome }) => outcome);
    this.linkPerByte = Float64Array.from(kinds, ({ linkPerByte }) => linkPerByte);
    this.frames = new Float64Array(this.count);
    this.runs = new Float64Array(this.count);
    this.interrupts = new Float64Array(this.count);
  }

  outcomeOf(step: number): number {
    return this.outcome[this.kind[step]!]!;
  }
}

/** Follows a message from switch to switch, as the exact engine's network does event by event. */
export class FramePaths {
  private readonly steps: FrameStep[] = [];
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
  between(source: number, target: number, bytes: number, invited: boolean): FramePath {
    const { guests, layers } = this.topology;
    const { steps } = this;
    const first = steps.length;
    let ingress = source === OUTSIDE ? UPLINK : source;
    let layer = source === OUTSIDE ? 0 : guests[source]!.parentLayer;
    for (;;) {
      const egress = this.routing.egress(layer, target);
      const step = this.forwarding(layer, ingress, egress, bytes, invited);
      steps.push(step);
      if (step.kind.outcome === STOPPED) break;
      if (egress === UPLINK) {
        const own = layers[layer]!.guest;
        if (own === null) break;
        ingress = own.index;
        layer = own.parentLayer;
      } else if (egress === target) {
        steps.push(this.receiving(guests[egress]!));
        break;
      } else {
        ingress = UPLINK;
        layer = guests[egress]!.layer;
      }
    }
    return { first, end: steps.length };
  }

  /** Of all paths asked for so far. */
  compile(): FrameSteps {
    return new FrameSteps(this.steps);
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
    const link = isThread ? linkOut(ingress) : guest === null ? HOST_IN : linkIn(guest.index);
    return {
      worker: this.workers.get(worker)!,
      layer,
      link,
      obstacle,
      kind: {
        isThread,
        perFrame:
          forwardingCost(network) +
          handed * handingCost(network, bytes) +
          (translated ? translationCost(network) : 0),
        perRun: goesUp ? timeOf(exitCosts.kick(level)) : 0,
        interrupt: isThread ? 0 : timeOf(exitCosts.interrupt(firstCpu)),
        wakesCpu: !isThread,
        ring: isThread || layer === 0 ? Number.POSITIVE_INFINITY : network.ring,
        copies,
        outcome: obstacle !== null ? STOPPED : goesUp ? TO_UPLINK : TO_PORT,
        linkPerByte: nanosecondsPerByte(this.topology, link),
      },
    };
  }

  private receiving(guest: Guest): FrameStep {
    const { network } = this.topology.specification;
    const link = linkIn(guest.index);
    return {
      worker: this.workers.get(`receiver ${guest.index}`)!,
      layer: guest.layer,
      link,
      obstacle: null,
      kind: {
        isThread: false,
        perFrame: receivingCost(network),
        perRun: 0,
        interrupt: timeOf(this.exitCosts.interrupt(this.topology.layers[guest.layer]!.firstCpu)),
        // The only vCPU of a guest stays awake for the job that the frames are for, which pays.
        wakesCpu: guest.specification.vcpus > 1,
        ring: network.ring,
        copies: 0,
        outcome: RECEIVED,
        linkPerByte: nanosecondsPerByte(this.topology, link),
      },
    };
  }
}

const timeOf = (cost: Float64Array | null): number => (cost === null ? 0 : total(cost));

/** 0 for a card without a speed. */
export function nanosecondsPerByte({ specification, guests }: Topology, link: number): number {
  const speed =
    link === HOST_IN || link === HOST_OUT ? specification.nic : guests[guestOfLink(link)]!.specification.nic;
  return speed === undefined ? 0 : (8 * NS_PER_SECOND) / speed;
}
