import type { MachineFinding } from '../measurement.ts';
import type { SwitchKind } from '../specification.ts';
import type { Guest, Layer, Topology } from '../topology.ts';
import type { DropReason } from './frame-counts.ts';
import { opensItself } from './message-cut.ts';
import { peersOf } from './peers.ts';
import { OUTSIDE, type Routing, UPLINK } from './routing.ts';

interface Obstacle {
  readonly reason: DropReason;
  readonly layer: Layer;
  /** The port it happens at; null for the uplink. */
  readonly port: Guest | null;
}

const CODES: Readonly<Partial<Record<DropReason, string>>> = {
  'forged-transmit': 'forged-transmits-rejected',
  'unknown-target': 'inner-address-unknown',
  'nat-inward': 'behind-nat',
};

/**
 * Guests that the policies of the switches cut off from whom they exchange frames with, in words: one finding for
 * each role and obstacle, naming the first guest.
 */
export function unreachableGuests(topology: Topology, routing: Routing): MachineFinding[] {
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
    code: CODES[obstacle.reason]!,
    text: `${subject(guests)} cannot be reached: ${inWords(obstacle)}`,
  }));
}

function firstObstacle(topology: Topology, routing: Routing, guest: Guest): Obstacle | null {
  const { network } = guest.specification.workload!;
  const opensSelf = opensItself(guest);
  for (const peer of peersOf(guest, topology.guests)) {
    const there = network!.send > 0 ? obstacleOnPath(topology, routing, guest.index, peer, !opensSelf) : null;
    const back =
      network!.receive > 0 ? obstacleOnPath(topology, routing, peer, guest.index, opensSelf) : null;
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
  invited: boolean,
): Obstacle | null {
  let ingress = source === OUTSIDE ? UPLINK : source;
  let layer = source === OUTSIDE ? 0 : topology.guests[source]!.parentLayer;
  for (;;) {
    const egress = routing.egress(layer, target);
    const reason = routing.obstacle(layer, ingress, egress, invited);
    if (reason !== null) {
      const at = { 'forged-transmit': ingress, 'nat-inward': UPLINK }[reason as string] ?? egress;
      const port = at === UPLINK ? null : topology.guests[at]!;
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
  const kind: SwitchKind = layer.hypervisor!.switch.kind ?? 'standard';
  const { entity } = port?.specification ?? { entity: '' };
  if (reason === 'nat-inward') {
    const where = layer.guest === null ? 'the host' : layer.guest.specification.entity;
    return (
      `the NAT of ${where} (level ${level}) lets in only what answers its own VMs; forward a port, or bridge ` +
      'in place of NAT'
    );
  }
  if (port === null) return `the switch at level ${level} has no uplink`;
  if (kind === 'hyper-v') {
    return reason === 'forged-transmit'
      ? `MAC address spoofing is off at level ${level}, so the port of ${entity} may send nothing but its own ` +
          'address; switch spoofing on, or give the inner VMs NAT'
      : `MAC address spoofing is off at level ${level}, so the port of ${entity} gets only what is for its own address`;
  }
  if (reason === 'forged-transmit') return `forged transmits are rejected at level ${level}`;
  const remedy = {
    standard: 'promiscuous mode, or a distributed switch with MAC learning',
    distributed: 'MAC learning, or promiscuous mode',
    'linux-bridge': 'MAC learning, or promiscuous mode',
    nat: 'MAC learning',
  }[kind];
  return `the switch at level ${level} knows only the address of ${entity} on its port; it needs ${remedy}`;
}

/** A VM right on the host is no inner one. */
function subject(guests: readonly Guest[]): string {
  const { parent } = guests[0]!;
  return `${parent === null ? 'VM' : 'inner VM'} ${named(guests)}`;
}

function named(guests: readonly Guest[]): string {
  const [first] = guests;
  const { entity, role } = first!.specification;
  return guests.length === 1 ? entity : `${entity} (and ${guests.length - 1} more in the role ${role})`;
}
