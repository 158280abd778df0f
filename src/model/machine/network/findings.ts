import type { MachineFinding, NetworkMeasurement, SwitchMeasurement } from '../measurement.ts';
import type { Layer, Topology } from '../topology.ts';
import { AddressTables } from './address-tables.ts';
import { isJoined } from './message-cut.ts';
import { unreachableGuests } from './reachability.ts';
import { Routing } from './routing.ts';
import { placeOf } from './wording.ts';

/** A network card that is busier than this is what a reader must know of. */
const CROWDED = 0.9;

/**
 * What the reader must know about the network, in words that are the same in every replication, so that they can be
 * told once.
 */
export function networkFindings(topology: Topology, measured: NetworkMeasurement): MachineFinding[] {
  const routing = new Routing(topology);
  const hypervisors = topology.layers.filter((layer) => layer.hypervisor !== null);
  const eachLayer = (find: (layer: Layer, measured: SwitchMeasurement) => MachineFinding | null) =>
    hypervisors.flatMap((layer, index) => find(layer, measured.switches[index]!) ?? []);
  return onceEach([
    ...unreachableGuests(topology, routing),
    ...eachLayer((layer) => promiscuousPorts(layer, routing)),
    ...eachLayer((layer) => hub(layer, routing)),
    ...eachLayer((layer) => duplicates(layer, topology, routing)),
    ...eachLayer((layer, one) => tableTooSmall(layer, one, topology, routing)),
    ...eachLayer((layer, one) => floodLimit(layer, one)),
    ...unjoinedFrames(topology, routing),
    ...eachLayer((layer, one) => overflowingRings(layer, one, topology)),
    ...fullCard(measured),
  ]);
}

const warning = (code: string, text: string): MachineFinding => ({ severity: 'warning', code, text });

function promiscuousPorts(layer: Layer, routing: Routing): MachineFinding | null {
  const ports = routing.promiscuousPorts[layer.index]!.length;
  if (ports < 2) return null;
  const learning = layer.hypervisor!.switch.macLearning ? ' MAC learning does not help while it is on.' : '';
  return warning(
    'promiscuous-flooding',
    `promiscuous mode on the switch ${placeOf(layer)}: each frame is copied to all ${ports} nested hypervisors ` +
      `on it but the one it comes from or is for, and each of them spends CPU time on dropping it.${learning}`,
  );
}

function hub(layer: Layer, routing: Routing): MachineFinding | null {
  const ports = routing.ports[layer.index]!.length;
  if (!routing.isHub(layer.index) || ports < 2) return null;
  return warning(
    'hub',
    `the switch ${placeOf(layer)} forgets addresses at once (ageing 0), which makes a hub of it: each frame goes to ` +
      `all ${ports} ports and the uplink but the one it comes from`,
  );
}

/** Who sees frames twice, because a team of uplinks brings them by each adapter. */
function duplicates(layer: Layer, topology: Topology, routing: Routing): MachineFinding | null {
  const uplinks = routing.uplinksOf(layer.index);
  const unfiltered = uplinks > 1 && !routing.filtersEchoes(layer.index);
  if (!unfiltered || routing.promiscuousPorts[layer.index]!.length === 0) return null;
  const below = layer.guest === null ? null : topology.layers[layer.guest.parentLayer]!;
  const which =
    below !== null && (routing.isPromiscuous(layer.guest!.index) || routing.isHub(below.index))
      ? 'every frame'
      : 'broadcasts';
  return warning(
    'promiscuous-duplicates',
    `the switch ${placeOf(layer)} has ${uplinks} uplinks, promiscuous ports and no reverse path filter: those ports ` +
      `see ${which} once for each uplink; set Net.ReversePathFwdCheckPromisc to 1, or leave it one uplink`,
  );
}

function tableTooSmall(
  layer: Layer,
  { flooded, dropped }: SwitchMeasurement,
  topology: Topology,
  routing: Routing,
): MachineFinding | null {
  const limit = layer.hypervisor!.switch.macTable?.limit;
  if (
    limit === undefined ||
    (flooded === 0 && dropped['table-full'] === 0 && dropped['unknown-target'] === 0)
  ) {
    return null;
  }
  const addresses = AddressTables.addressesBelow(layer, topology, routing).length;
  if (addresses <= limit) return null;
  const lost = layer.hypervisor!.switch.macTable!.whenFull === 'drop';
  const consequence = lost
    ? 'frames from addresses that find no place are lost'
    : layer.hypervisor!.switch.floodUnknown === false
      ? 'frames for addresses that find no place are lost'
      : 'frames for addresses that find no place go to every port';
  return warning(
    'mac-table-full',
    `the switch ${placeOf(layer)} has room for ${limit} of the ${addresses} addresses behind its ports: ${consequence}`,
  );
}

function floodLimit(layer: Layer, { dropped }: SwitchMeasurement): MachineFinding | null {
  if (dropped['flood-limit'] === 0) return null;
  return warning(
    'flood-limit',
    `frames were lost on the switch ${placeOf(layer)}: it floods no more than ` +
      `${layer.hypervisor!.switch.floodLimit} frames for unknown addresses a second`,
  );
}

function unjoinedFrames(topology: Topology, routing: Routing): MachineFinding[] {
  const { lro } = topology.specification.network;
  const concerned = topology.guests.filter((guest) => {
    const network = guest.specification.workload?.network;
    return network?.flow === 'tcp' && network.peer === 'uplink' && network.receive > 0;
  });
  if (lro === undefined || concerned.every((guest) => isJoined(guest, topology, routing))) return [];
  return [
    {
      severity: 'note',
      code: 'no-lro',
      text:
        'a promiscuous port gets frames as they are on the wire: those from outside are not joined up ' +
        `(LRO, ${lro} bytes) on their way to inner VMs, and each costs what a large one would`,
    },
  ];
}

function overflowingRings(
  layer: Layer,
  { dropped }: SwitchMeasurement,
  topology: Topology,
): MachineFinding | null {
  if (dropped['ring-full'] === 0) return null;
  return warning(
    'ring-overflow',
    `frames were lost on the switch ${placeOf(layer)}: rings of ${topology.specification.network.ring} frames ` +
      'filled up before the guests that drain them got a CPU',
  );
}

function fullCard({ wire }: NetworkMeasurement): MachineFinding[] {
  const ways = [
    { way: 'out', share: wire.utilisationOut },
    { way: 'in', share: wire.utilisationIn },
  ].filter(({ share }) => share !== null && share > CROWDED);
  return ways.map(({ way }) =>
    warning('nic-full', `the host's network card is more than ${100 * CROWDED} % full on the way ${way}`),
  );
}

function onceEach(findings: readonly MachineFinding[]): MachineFinding[] {
  return [...new Map(findings.map((finding) => [finding.text, finding])).values()];
}
