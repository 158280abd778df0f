/** Why a frame was lost. */
export const DROP_REASONS = [
  /** The port's policy rejects frames whose source is not the port's own address. */
  'forged-transmit',
  /** The switch knows no port for the target, and neither floods nor has a promiscuous port for it. */
  'unknown-target',
  /** The ring of the port it was for was full. */
  'ring-full',
  /** NAT lets nobody in who was not asked. */
  'nat-inward',
  /** The table of addresses was full, and the switch drops what it cannot learn. */
  'table-full',
  /** Unknown addresses are flooded only so often a second. */
  'flood-limit',
] as const;

export type DropReason = (typeof DROP_REASONS)[number];

const PER_LAYER = [
  /** Frames of jobs that entered the switch from its ports and its uplink. */
  'received',
  /** Handed to the port they were for. */
  'delivered',
  /** Sent out by the uplink. */
  'sentUp',
  /** Of what was handed on, how many went to every port because the switch did not know the address. */
  'flooded',
  /** Extra copies made: for promiscuous ports, by a hub, by flooding, or by a second uplink. */
  'copied',
  /** Of those, how many found the port's ring full. */
  'copiesLost',
  /** Of those, how many left by the host's uplink. */
  'copiesOut',
  /** Unwanted copies that this layer took from its uplink or a port, looked at and dropped. */
  'discarded',
  /** The same by guests without a switch, by the layer whose switch they are on. */
  'discardedByGuests',
  /** Broadcasts that entered the switch. */
  'broadcasts',
  /** Of those, how many its policies rejected. */
  'broadcastsRejected',
  /** Copies made of the others, and how many of them found a ring full, left by the host's uplink, were taken. */
  'broadcastCopies',
  'broadcastsLost',
  'broadcastsOut',
  'broadcastsTaken',
] as const;

const PER_GUEST = [
  /** Frames that its jobs waited for or sent, and of those how many arrived and how many were lost. */
  'offered',
  'arrived',
  'lost',
  /** Of those offered, how many were sent again. */
  'resent',
  'broadcastsSent',
] as const;

export type LayerCount = (typeof PER_LAYER)[number];
type GuestCount = (typeof PER_GUEST)[number];

/** What became of frames so far: by layer of the switch, and by guest. */
export class FrameCounts implements Readonly<Record<LayerCount | GuestCount, Float64Array>> {
  readonly received: Float64Array;
  readonly delivered: Float64Array;
  readonly sentUp: Float64Array;
  readonly flooded: Float64Array;
  readonly copied: Float64Array;
  readonly copiesLost: Float64Array;
  readonly copiesOut: Float64Array;
  readonly discarded: Float64Array;
  readonly discardedByGuests: Float64Array;
  readonly broadcasts: Float64Array;
  readonly broadcastsRejected: Float64Array;
  readonly broadcastCopies: Float64Array;
  readonly broadcastsLost: Float64Array;
  readonly broadcastsOut: Float64Array;
  readonly broadcastsTaken: Float64Array;
  readonly offered: Float64Array;
  readonly arrived: Float64Array;
  readonly lost: Float64Array;
  readonly resent: Float64Array;
  readonly broadcastsSent: Float64Array;
  /** By layer and reason, in the order of DROP_REASONS. */
  readonly dropped: Float64Array;
  /** Bytes on the wire of the host's uplink: out, in. */
  readonly wire = new Float64Array(2);

  constructor(layers: number, guests: number) {
    this.received = new Float64Array(layers);
    this.delivered = new Float64Array(layers);
    this.sentUp = new Float64Array(layers);
    this.flooded = new Float64Array(layers);
    this.copied = new Float64Array(layers);
    this.copiesLost = new Float64Array(layers);
    this.copiesOut = new Float64Array(layers);
    this.discarded = new Float64Array(layers);
    this.discardedByGuests = new Float64Array(layers);
    this.broadcasts = new Float64Array(layers);
    this.broadcastsRejected = new Float64Array(layers);
    this.broadcastCopies = new Float64Array(layers);
    this.broadcastsLost = new Float64Array(layers);
    this.broadcastsOut = new Float64Array(layers);
    this.broadcastsTaken = new Float64Array(layers);
    this.offered = new Float64Array(guests);
    this.arrived = new Float64Array(guests);
    this.lost = new Float64Array(guests);
    this.resent = new Float64Array(guests);
    this.broadcastsSent = new Float64Array(guests);
    this.dropped = new Float64Array(layers * DROP_REASONS.length);
  }

  countDrop(layer: number, reason: DropReason, frames: number): void {
    this.dropped[layer * DROP_REASONS.length + DROP_REASONS.indexOf(reason)]! += frames;
  }

  copy(): FrameCounts {
    const counts = new FrameCounts(this.received.length, this.offered.length);
    for (const field of PER_LAYER) counts[field].set(this[field]);
    for (const field of PER_GUEST) counts[field].set(this[field]);
    counts.dropped.set(this.dropped);
    counts.wire.set(this.wire);
    return counts;
  }
}

/** Bytes that left by the host's uplink, and came by it. */
export const WIRE_OUT = 0;
export const WIRE_IN = 1;
