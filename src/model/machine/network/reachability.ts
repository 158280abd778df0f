import type { MachineFinding } from '../measurement.ts';
import type { Guest, Layer, Topology } from '../topology.ts';
import type { DropReason } from './frame-counts.ts';
import { peersOf } from './peers.ts';
import { OUTSIDE, Routing, UPLINK } from './routing.ts';

interface Obstacle {
  readonly reason: DropReason;
  readonly layer: Layer;
  /** The port it happens at. */
  readonly port: Guest;
}

/**
 * Guests that the policies of the switches cut off from whom they exchange frames with, in words: one finding for
 * each role and obstacle, naming the first guest.
 */
export function unreachableGuests(topology: Topology): MachineFinding[] {
  const routing = new Routing(topology);
  const found = new Map<string, { readonly obstacle: Obstacle; readonly guests: Guest[] }>();
  for (const guest of topology.guests) {
    if (guest.specification.workload?.network === undefined) continue;
    const obstacle = firstObstacle(topology, routing, guest);
    if (obstacle === null) continue;
    const key = `${guest.specification.role} ${obstacle.reason} ${obstacle.layer.level}`;
    const entry = found.get(key);
    if (entry === undefined) found.set(key, { obstacle, guests: [guest] });
    else entry.guests.push(guest);
  }
  return Array.from(found.values(), ({ obstacle, guests }) => ({
    severity: 'error',
    code: obstacle.reason === 'forged-transmit' ? 'forged-transmits-rejected' : 'inner-address-unknown',
    text: `inner VM ${named(guests)} cannot be reached: ${inWords(obstacle)}`,
  }));
}

function firstObstacle(topology: Topology, routing: Routing, guest: Guest): Obstacle | null {
  const { network } = guest.specification.workload!;
  for (const peer of peersOf(guest, topology.guests)) {
    const there = network!.send > 0 ? obstacleOnPath(topology, routing, guest.index, peer) : null;
    const back = network!.receive > 0 ? obstacleOnPath(topology, routing, peer, guest.index) : null;
    const obstacle = there ?? back;
    if (obstacle !== null) return obstacle;
  }
  return null;
}

/** Follows a frame from switch to switch. */
function obstacleOnPath(
  topology: Topology,
  routing: Routing,
  source: number,
  target: number,
): Obstacle | null {
  let ingress = source === OUTSIDE ? UPLINK : source;
  let layer = source === OUTSIDE ? 0 : topology.guests[source]!.parentLayer;
  for (;;) {
    const egress = routing.egress(layer, target);
    const reason = routing.obstacle(layer, ingress, egress);
    if (reason !== null) {
      const port = topology.guests[reason === 'forged-transmit' ? ingress : egress]!;
      return { reason, layer: topology.layers[layer]!, port };
    }
    if (egress === target && target !== OUTSIDE) return null;
    if (egress === UPLINK) {
      const own = topology.layers[layer]!.guest;
      if (own === null) return null;
      ingress = own.index;
      layer = own.parentLayer;
    } else {
      ingress = UPLINK;
      layer = topology.guests[egress]!.layer;
    }
  }
}

function inWords({ reason, layer, port }: Obstacle): string {
  const { level } = layer;
  if (reason === 'forged-transmit') return `forged transmits are rejected at level ${level}`;
  return (
    `the switch at level ${level} knows only the address of ${port.specification.entity} on its port; it needs MAC ` +
    'learning, or promiscuous mode'
  );
}

function named(guests: readonly Guest[]): string {
  const [first] = guests;
  const { entity, role } = first!.specification;
  return guests.length === 1 ? entity : `${entity} (and ${guests.length - 1} more in the role ${role})`;
}
