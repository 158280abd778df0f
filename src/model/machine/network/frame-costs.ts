import type { NetworkCosts } from '../specification.ts';

/**
 * What each step of a frame costs whoever takes it, in nanoseconds of CPU time a frame: the one place that says so,
 * for every engine. How many ports a step hands a frame to is Routing's business.
 */

/** Ethernet's longest frame without its checksum. */
export const FULL_FRAME = 1514;
/** Preamble, checksum and gap between frames: on the wire, not in memory. */
const WIRE_OVERHEAD = 24;

const KIB = 1024;

/** A switch hands a frame of so many bytes to one port. The payload is copied where it enters a guest's memory. */
export function handingCost({ copy, copyKib }: NetworkCosts, bytes: number): number {
  return copyKib === undefined ? copy : copy + (copyKib * bytes) / KIB;
}

/** A switch takes a frame and looks up where it goes. */
export function forwardingCost({ forward }: NetworkCosts): number {
  return forward;
}

/** Besides, where the frame crosses the uplink of a NAT switch. */
export function translationCost({ forward, translate }: NetworkCosts): number {
  return translate ?? forward;
}

/** A switch, or a guest, looks at a frame that is not for it and drops it. */
export function droppingCost({ drop }: NetworkCosts): number {
  return drop;
}

/** A guest takes a frame that is for it. */
export function receivingCost({ receive }: NetworkCosts): number {
  return receive;
}

/** What frames of so many bytes together take on a wire; aggregated ones are cut up into full frames first. */
export function wireBytes(frames: number, bytes: number): number {
  return frames === 0 ? 0 : bytes + WIRE_OVERHEAD * frames * Math.ceil(bytes / frames / FULL_FRAME);
}

/**
 * In how many pieces the machine handles frames of one message when it joins them up to so many bytes, and how
 * large a piece is.
 */
export function piecesOf(
  frames: number,
  frameBytes: number,
  largest: number,
): { readonly pieces: number; readonly bytes: number } {
  if (largest <= frameBytes || frames === 0) return { pieces: frames, bytes: frameBytes };
  const whole = frames * frameBytes;
  const pieces = Math.ceil(whole / largest);
  return { pieces, bytes: whole / pieces };
}
