import { NS_PER_SECOND } from '../../kernel/units.ts';
import type { SwitchSpecification } from '../specification.ts';
import type { Layer, Topology } from '../topology.ts';
import type { DropReason } from './frame-counts.ts';
import { MacTable } from './mac-table.ts';
import { OUTSIDE, type Routing } from './routing.ts';

/** Unknown frames that a flood limit lets through at once, as time at its rate. */
const FLOOD_BURST = NS_PER_SECOND / 100;

/**
 * Which addresses the switches know now. Only a switch that can forget one, or has too little room for all, has a
 * table here; the others know everything that ever sends. Every table starts as if all guests had just been heard,
 * as they are when they boot. Addresses beyond a switch's uplink are always known: the way out is the way to them.
 */
export class AddressTables {
  private readonly routing: Routing;
  private readonly switches: readonly (SwitchSpecification | null)[];
  private readonly tables: readonly (MacTable | null)[];
  /** By layer: when the flooding so far would have been due at the limit. */
  private readonly floodedUntil: Float64Array;

  constructor(topology: Topology, routing: Routing) {
    this.routing = routing;
    this.switches = topology.layers.map((layer) => layer.hypervisor?.switch ?? null);
    this.tables = topology.layers.map((layer) => this.tableOf(layer, topology));
    this.floodedUntil = new Float64Array(topology.layers.length);
  }

  /** Addresses that have to fit into a layer's table. */
  static addressesBelow(layer: Layer, topology: Topology, routing: Routing): number[] {
    const owners = topology.guests.map((guest) =>
      routing.isBelow(guest.index, layer.index) ? routing.ownerOf(guest.index, layer.index) : OUTSIDE,
    );
    return [...new Set(owners)].filter((owner) => owner !== OUTSIDE && routing.isLearned(owner, layer.index));
  }

  /** A frame came from a guest by a port of a layer's switch; a reason when the switch will have none of it. */
  hear(layer: number, source: number, now: number): DropReason | null {
    const table = this.tables[layer]!;
    if (table === null) return null;
    const owner = this.routing.ownerOf(source, layer);
    if (!this.routing.isLearned(owner, layer) || table.hear(owner, now)) return null;
    return table.whenFull === 'drop' ? 'table-full' : null;
  }

  /** Whether the switch of a layer has to flood a frame for a guest behind one of its ports. */
  isUnknown(layer: number, target: number, now: number): boolean {
    const table = this.tables[layer]!;
    if (table === null) return false;
    const owner = this.routing.ownerOf(target, layer);
    return this.routing.isLearned(owner, layer) && !table.knows(owner, now);
  }

  /** Why frames for an unknown address are lost, or null when they are flooded; counts them against the limit. */
  refusal(layer: number, frames: number, now: number): DropReason | null {
    const { floodUnknown, floodLimit } = this.switches[layer]!;
    if (floodUnknown === false) return 'unknown-target';
    if (floodLimit === undefined) return null;
    const from = Math.max(this.floodedUntil[layer]!, now);
    if (from - now > FLOOD_BURST) return 'flood-limit';
    this.floodedUntil[layer] = from + (frames * NS_PER_SECOND) / floodLimit;
    return null;
  }

  private tableOf(layer: Layer, topology: Topology): MacTable | null {
    const policy = layer.hypervisor?.switch;
    if (policy?.macTable === undefined || !policy.macLearning || this.routing.isHub(layer.index)) return null;
    const addresses = AddressTables.addressesBelow(layer, topology, this.routing);
    const { limit, ageing } = policy.macTable;
    if (ageing === undefined && (limit === undefined || limit >= addresses.length)) return null;
    const table = new MacTable(policy.macTable, topology.guests.length);
    for (const address of addresses) table.hear(address, 0);
    return table;
  }
}
