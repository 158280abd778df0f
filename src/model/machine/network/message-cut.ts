import type { Guest, Topology } from '../topology.ts';
import { FULL_FRAME, piecesOf } from './frame-costs.ts';
import type { Routing } from './routing.ts';

/** In how many pieces of how many bytes the machine handles a message. */
export interface Cut {
  readonly pieces: number;
  readonly bytes: number;
}

/** Whether a guest begins its exchanges itself: it says so, or it waits for nothing. */
export function opensItself({ specification }: Guest): boolean {
  const network = specification.workload?.network;
  if (network === undefined) return false;
  return network.opens === undefined ? network.receive === 0 : network.opens === 'self';
}

/** What a guest sends, in the pieces that its adapter takes. */
export function outgoingCut(guest: Guest, { specification }: Topology): Cut {
  const network = guest.specification.workload?.network;
  const frameBytes = network?.frameBytes ?? FULL_FRAME;
  const largest = network?.flow === 'tcp' ? (specification.network.tso ?? 0) : 0;
  return piecesOf(network?.send ?? 0, frameBytes, largest);
}

/** What a guest waits for, in the pieces that reach it. */
export function incomingCut(guest: Guest, topology: Topology, routing: Routing): Cut {
  const network = guest.specification.workload?.network;
  const frameBytes = network?.frameBytes ?? FULL_FRAME;
  const { tso, lro } = topology.specification.network;
  if (network?.flow !== 'tcp') return piecesOf(network?.receive ?? 0, frameBytes, 0);
  if (network.peer === 'seat') return piecesOf(network.receive, frameBytes, tso ?? 0);
  return piecesOf(network.receive, frameBytes, isJoined(guest, topology, routing) ? (lro ?? 0) : 0);
}

/** Whether frames from outside are joined up on their way to a guest: no promiscuous port may be on it. */
export function isJoined(guest: Guest, { specification }: Topology, routing: Routing): boolean {
  if (specification.network.lroWhenPromiscuous === true) return true;
  for (let port: Guest | null = guest; port !== null; port = port.parent) {
    if (routing.isPromiscuous(port.index)) return false;
  }
  return true;
}
