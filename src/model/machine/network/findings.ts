import type { MachineFinding, NetworkMeasurement, SwitchMeasurement } from '../measurement.ts';
import type { Layer, Topology } from '../topology.ts';
import { unreachableGuests } from './reachability.ts';
import { Routing } from './routing.ts';

/**
 * What the reader must know about the network, in words that are the same in every replication, so that they can be
 * told once.
 */
export function networkFindings(topology: Topology, measured: NetworkMeasurement): MachineFinding[] {
  return [
    ...unreachableGuests(topology),
    ...floodingSwitches(topology),
    ...overflowingRings(topology, measured),
  ];
}

/** Promiscuous ports, once for each role of hypervisor. */
function floodingSwitches(topology: Topology): MachineFinding[] {
  const { promiscuousPorts } = new Routing(topology);
  const findings = topology.layers.flatMap((layer): MachineFinding[] => {
    const ports = promiscuousPorts[layer.index]!.length;
    if (ports < 2) return [];
    const learning = layer.hypervisor!.switch.macLearning
      ? ' MAC learning does not help while it is on.'
      : '';
    return [
      {
        severity: 'warning',
        code: 'promiscuous-flooding',
        text:
          `promiscuous mode on the switch ${placeOf(layer)}: each frame is copied to all ${ports} nested hypervisors ` +
          `on it but the one it comes from or is for, and each of them spends CPU time on dropping it.${learning}`,
      },
    ];
  });
  return onceEach(findings);
}

function overflowingRings(topology: Topology, { switches }: NetworkMeasurement): MachineFinding[] {
  const { ring } = topology.specification.network;
  const layers = topology.layers.filter((layer) => layer.hypervisor !== null);
  const findings = switches.flatMap((one: SwitchMeasurement, index): MachineFinding[] =>
    one.dropped['ring-full'] === 0
      ? []
      : [
          {
            severity: 'warning',
            code: 'ring-overflow',
            text:
              `frames were lost on the switch ${placeOf(layers[index]!)}: rings of ${ring} frames filled up before the ` +
              'guests that drain them got a CPU',
          },
        ],
  );
  return onceEach(findings);
}

function placeOf({ guest, level }: Layer): string {
  return guest === null ? `at level ${level}` : `of ${guest.specification.role} (level ${level})`;
}

function onceEach(findings: readonly MachineFinding[]): MachineFinding[] {
  return [...new Map(findings.map((finding) => [finding.text, finding])).values()];
}
