import { NONE } from '../scheduler/scheduler-state.ts';
import type { SwitchSpecification } from '../specification.ts';
import type { Guest, Topology } from '../topology.ts';
import type { DropReason } from './frame-counts.ts';

/** Where a frame leaves a switch when it is not by the port of a guest. */
export const UPLINK = NONE;
/** The other end of the host's uplink, as the source or target of frames. */
export const OUTSIDE = NONE;

/**
 * Where the switches send frames. The switch of a layer joins the ports of the layer's guests and its uplink, which
 * is the layer's own vNIC and so a port of the switch below; that of layer 0 leads outside.
 *
 * A guest that is a hypervisor *bridges*: it sends frames of its inner VMs, whose source address is not its port's,
 * so forged transmits must be accepted there; and it gets frames for them only when the switch learns addresses or
 * its port is promiscuous (docs/machine.md has the sources). Behind NAT nothing of this holds, as the inner VMs take
 * their hypervisor's address; but nobody gets in whom they did not ask. MAC changes concern the address a guest
 * gives its own adapter, so they decide nothing here.
 */
export class Routing {
  /** By layer: guests whose ports take frames: those of hypervisors, and of guests with work. */
  readonly ports: readonly Int32Array[];
  /** By layer: guests whose ports get a copy of every frame. */
  readonly promiscuousPorts: readonly Int32Array[];
  private readonly guests: readonly Guest[];
  private readonly switches: readonly (SwitchSpecification | null)[];
  private readonly nests: Uint8Array;
  private readonly bridges: Uint8Array;
  private readonly adapters: Int32Array;
  /** By guest: 1 if its port is promiscuous. */
  private readonly promiscuous: Uint8Array;
  private readonly hub: Uint8Array;
  /** By layer: adapters of all its ports, and of the promiscuous ones. */
  private readonly portAdapters: Int32Array;
  private readonly promiscuousAdapters: Int32Array;

  constructor(topology: Topology) {
    const { guests, layers } = topology;
    this.guests = guests;
    this.switches = layers.map((layer) => layer.hypervisor?.switch ?? null);
    this.nests = Uint8Array.from(guests, (guest) => (guest.specification.hypervisor ? 1 : 0));
    this.bridges = Uint8Array.from(guests, (guest) => (isBridge(guest) ? 1 : 0));
    this.adapters = Int32Array.from(guests, ({ specification }) =>
      Math.max(1, specification.hypervisor?.switch.uplinks ?? 1),
    );
    this.hub = Uint8Array.from(this.switches, (policy) =>
      policy?.macLearning === true && policy.macTable?.ageing === 0 ? 1 : 0,
    );
    const ports = layers.map((): Guest[] => []);
    for (const guest of guests) if (takesFrames(guest)) ports[guest.parentLayer]!.push(guest);
    this.ports = ports.map(indices);
    this.promiscuousPorts = layers.map(({ index, hypervisor }) =>
      indices(hypervisor?.switch.promiscuous === true ? ports[index]!.filter(isBridge) : []),
    );
    this.promiscuous = new Uint8Array(guests.length);
    for (const ports of this.promiscuousPorts) for (const port of ports) this.promiscuous[port] = 1;
    const adaptersOf = (ports: Int32Array): number =>
      ports.reduce((sum, port) => sum + this.adapters[port]!, 0);
    this.portAdapters = Int32Array.from(this.ports, adaptersOf);
    this.promiscuousAdapters = Int32Array.from(this.promiscuousPorts, adaptersOf);
  }

  /** The guest of a layer by whose port a target is reached, or UPLINK. */
  egress(layer: number, target: number): number {
    for (let guest = target; guest !== OUTSIDE; guest = this.parentOf(guest)) {
      if (this.guests[guest]!.parentLayer === layer) return guest;
    }
    return UPLINK;
  }

  /**
   * Why the switch of a layer loses a frame from one port to another whatever it has learned, or null when it does
   * not. `invited`: the target's side has begun the exchange.
   */
  obstacle(layer: number, ingress: number, egress: number, invited: boolean): DropReason | null {
    const policy = this.switches[layer]!;
    if (ingress === UPLINK) {
      if (policy.kind === 'nat' && !invited) return 'nat-inward';
    } else if (this.isForged(layer, ingress)) return 'forged-transmit';
    if (egress === UPLINK && policy.uplinks === 0) return 'unknown-target';
    if (egress !== UPLINK && this.bridges[egress] === 1 && !policy.promiscuous && !policy.macLearning) {
      return 'unknown-target';
    }
    return null;
  }

  /** Whether the switch of a layer refuses what a port sends, because the address is not the port's. */
  isForged(layer: number, ingress: number): boolean {
    return this.bridges[ingress] === 1 && !this.switches[layer]!.forgedTransmits;
  }

  /**
   * How many copies a switch makes of a frame beside the one that goes where it should: for the other promiscuous
   * ports, or when it floods for all other ports and the uplink.
   */
  copies(layer: number, ingress: number, egress: number, floods: boolean): number {
    if (floods) {
      const up = this.floodsUp(layer, ingress, egress) ? 1 : 0;
      const count = this.portAdapters[layer]! + up;
      return count - (ingress === UPLINK ? 0 : 1) - (egress === UPLINK || egress === ingress ? 0 : 1);
    }
    let count = this.promiscuousAdapters[layer]!;
    if (count === 0) return 0;
    if (ingress !== UPLINK && this.promiscuous[ingress] === 1) count--;
    if (egress !== UPLINK && egress !== ingress && this.promiscuous[egress] === 1) count--;
    return count;
  }

  /** How many ports, and uplinks, a switch hands a broadcast to. */
  broadcastCopies(layer: number, ingress: number): number {
    const count = this.portAdapters[layer]!;
    if (ingress === UPLINK) return this.translates(layer) ? 0 : count;
    return this.broadcastsUp(layer, ingress) ? count : count - 1;
  }

  /** Whether what a switch floods goes out by its uplink too. */
  floodsUp(layer: number, ingress: number, egress: number): boolean {
    return ingress !== UPLINK && egress !== UPLINK && this.uplinksOf(layer) > 0;
  }

  broadcastsUp(layer: number, ingress: number): boolean {
    return ingress !== UPLINK && !this.translates(layer) && this.uplinksOf(layer) > 0;
  }

  /** Whether every frame goes to every port of a layer's switch. */
  isHub(layer: number): boolean {
    return this.hub[layer] === 1;
  }

  /** Whether a layer's switch puts its hypervisor's address in place of those of its ports. */
  translates(layer: number): boolean {
    return this.switches[layer]!.kind === 'nat';
  }

  /** Whether a guest's port belongs to a hypervisor. */
  isNesting(guest: number): boolean {
    return this.nests[guest] === 1;
  }

  isPromiscuous(guest: number): boolean {
    return this.promiscuous[guest] === 1;
  }

  /** Ports that a guest has on its switch: the adapters its own uplink is a team of. */
  adaptersOf(guest: number): number {
    return this.adapters[guest]!;
  }

  /** Adapters that the uplink of a layer's switch is a team of. */
  uplinksOf(layer: number): number {
    return this.switches[layer]!.uplinks ?? 1;
  }

  /** Whether a layer's switch stops what a team of uplinks brings its promiscuous ports twice. */
  filtersEchoes(layer: number): boolean {
    return this.switches[layer]?.reversePathFilter ?? true;
  }

  /** Whose address a guest's frames bear on the switch of a layer it is below: its own, or that of who translates. */
  ownerOf(guest: number, layer: number): number {
    let owner = guest;
    let inner = this.guests[guest]!;
    while (inner.parentLayer !== layer && inner.parent !== null) {
      if (this.translates(inner.parentLayer)) owner = inner.parent.index;
      inner = inner.parent;
    }
    return owner;
  }

  isBelow(guest: number, layer: number): boolean {
    return this.egress(layer, guest) !== UPLINK;
  }

  /** Whether a switch must learn an address; all but a Linux bridge are told those of their own ports. */
  isLearned(owner: number, layer: number): boolean {
    return this.switches[layer]!.kind === 'linux-bridge' || this.guests[owner]!.parentLayer !== layer;
  }

  private parentOf(guest: number): number {
    return this.guests[guest]!.parent?.index ?? OUTSIDE;
  }
}

const indices = (guests: readonly Guest[]): Int32Array => Int32Array.from(guests, ({ index }) => index);

const takesFrames = ({ specification: { hypervisor, workload } }: Guest): boolean =>
  hypervisor !== undefined || workload !== undefined;

function isBridge({ specification: { hypervisor } }: Guest): boolean {
  return hypervisor !== undefined && hypervisor.switch.kind !== 'nat';
}
