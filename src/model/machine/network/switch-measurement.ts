import { NS_PER_SECOND } from '../../kernel/units.ts';
import type { SwitchMeasurement, WireMeasurement } from '../measurement.ts';
import type { Layer, Topology } from '../topology.ts';
import {
  DROP_REASONS,
  type DropReason,
  type FrameCounts,
  type LayerCount,
  WIRE_IN,
  WIRE_OUT,
} from './frame-counts.ts';

/** What the switch of a layer did between two counts. */
export function switchMeasurement(
  { index, name, level, guest }: Layer,
  now: FrameCounts,
  then: FrameCounts,
): SwitchMeasurement {
  const since = (field: LayerCount): number => now[field][index]! - then[field][index]!;
  const dropped = (reason: DropReason): number => {
    const place = index * DROP_REASONS.length + DROP_REASONS.indexOf(reason);
    return now.dropped[place]! - then.dropped[place]!;
  };
  return {
    entity: name,
    role: guest?.specification.role ?? null,
    level,
    received: since('received'),
    delivered: since('delivered'),
    sentUp: since('sentUp'),
    dropped: {
      'forged-transmit': dropped('forged-transmit'),
      'unknown-target': dropped('unknown-target'),
      'ring-full': dropped('ring-full'),
      'nat-inward': dropped('nat-inward'),
      'table-full': dropped('table-full'),
      'flood-limit': dropped('flood-limit'),
    },
    flooded: since('flooded'),
    copied: since('copied'),
    copiesLost: since('copiesLost'),
    copiesOut: since('copiesOut'),
    discarded: since('discarded'),
    discardedByGuests: since('discardedByGuests'),
    broadcasts: {
      received: since('broadcasts'),
      rejected: since('broadcastsRejected'),
      copies: since('broadcastCopies'),
      lost: since('broadcastsLost'),
      sentOut: since('broadcastsOut'),
      taken: since('broadcastsTaken'),
    },
  };
}

/** What the host's network card carried in so many nanoseconds. */
export function wireMeasurement(
  { specification: { nic } }: Topology,
  now: FrameCounts,
  then: FrameCounts,
  elapsed: number,
): WireMeasurement {
  const seconds = elapsed / NS_PER_SECOND;
  const bytesOut = now.wire[WIRE_OUT]! - then.wire[WIRE_OUT]!;
  const bytesIn = now.wire[WIRE_IN]! - then.wire[WIRE_IN]!;
  const share = (bytes: number): number | null => (nic === undefined ? null : (8 * bytes) / seconds / nic);
  return { bytesOut, bytesIn, utilisationOut: share(bytesOut), utilisationIn: share(bytesIn) };
}
