import { NONE } from '../scheduler/scheduler-state.ts';
import type { SwitchSpecification } from '../specification.ts';
import type { Guest, Layer, Topology } from '../topology.ts';
import type { DropReason } from './frame-counts.ts';

/** Where a frame leaves a switch when it is not by the port of a guest. */
export const UPLINK = NONE;
/** The other end of the host's uplink, as the source or target of frames. */
export const OUTSIDE = NONE;

/**
 * Where the switches send frames. The switch of a layer joins the ports of the layer's guests and its uplink, which
 * is the layer's own vNIC and so a port of the switch below; that of layer 0 leads outside.
 *
 * A guest that is a hypervisor sends frames of its inner VMs, whose source address is not its port's, so forged
 * transmits must be accepted there; and it gets frames for them only when the switch learns addresses or its port is
 * promiscuous (docs/machine.md has the sources). MAC changes concern the address a guest gives its own adapter, so
 * they decide nothing here.
 */
export class Routing {
  /** By layer: guests whose ports get a copy of every frame. */
  readonly promiscuousPorts: readonly Int32Array[];
  private readonly guests: readonly Guest[];
  private readonly switches: readonly (SwitchSpecification | null)[];
  private readonly nests: Uint8Array;

  constructor(topology: Topology) {
    this.guests = topology.guests;
    this.switches = topology.layers.map((layer) => layer.hypervisor?.switch ?? null);
    this.nests = Uint8Array.from(topology.guests, (guest) => (guest.specification.hypervisor ? 1 : 0));
    this.promiscuousPorts = topology.layers.map((layer) =>
      Int32Array.from(promiscuousGuests(layer, topology)),
    );
  }

  /** The guest of a layer by whose port a target is reached, or UPLINK. */
  egress(layer: number, target: number): number {
    for (let guest = target; guest !== OUTSIDE; guest = this.parentOf(guest)) {
      if (this.guests[guest]!.parentLayer === layer) return guest;
    }
    return UPLINK;
  }

  /** Why the switch of a layer loses a frame from one port to another, or null when it does not. */
  obstacle(layer: number, ingress: number, egress: number): DropReason | null {
    const policy = this.switches[layer]!;
    if (ingress !== UPLINK && this.nests[ingress] === 1 && !policy.forgedTransmits) return 'forged-transmit';
    if (egress !== UPLINK && this.nests[egress] === 1 && !policy.promiscuous && !policy.macLearning) {
      return 'unknown-target';
    }
    return null;
  }

  /** How many ports get a copy of a frame that is not for them. */
  copies(layer: number, ingress: number, egress: number): number {
    const ports = this.promiscuousPorts[layer]!;
    if (ports.length === 0) return 0;
    let count = ports.length;
    if (ingress !== UPLINK && this.nests[ingress] === 1) count--;
    if (egress !== UPLINK && egress !== ingress && this.nests[egress] === 1) count--;
    return count;
  }

  /** Whether a guest's port belongs to a hypervisor. */
  isNesting(guest: number): boolean {
    return this.nests[guest] === 1;
  }

  private parentOf(guest: number): number {
    return this.guests[guest]!.parent?.index ?? OUTSIDE;
  }
}

function promiscuousGuests(layer: Layer, topology: Topology): number[] {
  if (layer.hypervisor === null || !layer.hypervisor.switch.promiscuous) return [];
  return topology.guests
    .filter((guest) => guest.parentLayer === layer.index && guest.specification.hypervisor !== undefined)
    .map((guest) => guest.index);
}
