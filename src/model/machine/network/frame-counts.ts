/** Why a frame was lost. */
export const DROP_REASONS = [
  /** The port's policy rejects frames whose source is not the port's own address. */
  'forged-transmit',
  /** The switch knows no port for the target, and none is promiscuous. */
  'unknown-target',
  /** The ring of the port it was for was full. */
  'ring-full',
] as const;

export type DropReason = (typeof DROP_REASONS)[number];

/** What became of frames so far: by layer of the switch, and by guest. */
export class FrameCounts {
  /** Frames that entered the switch from its ports and its uplink, unwanted copies not among them. */
  readonly received: Float64Array;
  /** Handed to the port they were for. */
  readonly delivered: Float64Array;
  /** Sent out by the uplink. */
  readonly sentUp: Float64Array;
  /** Extra copies handed to promiscuous ports. */
  readonly copied: Float64Array;
  /** Of those, how many found the port's ring full. */
  readonly copiesLost: Float64Array;
  /** Unwanted copies that this layer took from its uplink, looked at and dropped. */
  readonly discarded: Float64Array;
  /** By layer and reason, in the order of DROP_REASONS. */
  readonly dropped: Float64Array;
  /** By guest: frames that its jobs waited for or sent, and of those how many arrived and how many were lost. */
  readonly offered: Float64Array;
  readonly arrived: Float64Array;
  readonly lost: Float64Array;

  constructor(layers: number, guests: number) {
    this.received = new Float64Array(layers);
    this.delivered = new Float64Array(layers);
    this.sentUp = new Float64Array(layers);
    this.copied = new Float64Array(layers);
    this.copiesLost = new Float64Array(layers);
    this.discarded = new Float64Array(layers);
    this.dropped = new Float64Array(layers * DROP_REASONS.length);
    this.offered = new Float64Array(guests);
    this.arrived = new Float64Array(guests);
    this.lost = new Float64Array(guests);
  }

  countDrop(layer: number, reason: DropReason, frames: number): void {
    this.dropped[layer * DROP_REASONS.length + DROP_REASONS.indexOf(reason)]! += frames;
  }

  copy(): FrameCounts {
    const counts = new FrameCounts(this.received.length, this.offered.length);
    for (const field of FIELDS) counts[field].set(this[field]);
    return counts;
  }
}

const FIELDS = [
  'received',
  'delivered',
  'sentUp',
  'copied',
  'copiesLost',
  'discarded',
  'dropped',
  'offered',
  'arrived',
  'lost',
] as const;
