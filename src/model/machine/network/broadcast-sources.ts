import type { RandomStream } from '../../kernel/random-stream.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { NS_PER_SECOND } from '../../kernel/units.ts';
import { BROADCAST } from '../event-codes.ts';
import type { Topology } from '../topology.ts';
import type { FrameCounts } from './frame-counts.ts';
import { BROADCASTS } from './frame-kinds.ts';
import type { Carrier } from './messages.ts';

/** An address request, padded to the shortest frame that Ethernet has. */
const BROADCAST_BYTES = 60;

/** Guests that broadcast whatever else they do, each as a Poisson process of its own. */
export class BroadcastSources {
  private readonly simulation: Simulation;
  private readonly counts: FrameCounts;
  private readonly carrier: Carrier;
  /** By guest: mean time between two; Infinity for one that does not. */
  private readonly gaps: Float64Array;
  private readonly streams: readonly (RandomStream | null)[];

  constructor(
    { guests }: Topology,
    simulation: Simulation,
    counts: FrameCounts,
    carrier: Carrier,
    stream: (name: string) => RandomStream,
  ) {
    this.simulation = simulation;
    this.counts = counts;
    this.carrier = carrier;
    const rateOf = (guest: number): number => guests[guest]!.specification.workload?.network?.broadcast ?? 0;
    this.gaps = Float64Array.from(guests, ({ index }) => NS_PER_SECOND / rateOf(index));
    this.streams = guests.map(({ index, specification }) =>
      rateOf(index) === 0 ? null : stream(`${specification.entity}/broadcasts`),
    );
  }

  start(): void {
    for (let guest = 0; guest < this.streams.length; guest++) this.plan(guest);
  }

  /** Event: a guest broadcasts. */
  send(guest: number): void {
    this.plan(guest);
    this.counts.broadcastsSent[guest]! += 1;
    this.carrier.carry(guest, BROADCASTS, 1, BROADCAST_BYTES);
  }

  private plan(guest: number): void {
    const stream = this.streams[guest];
    if (stream === null || stream === undefined) return;
    const gap = Math.round(this.gaps[guest]! * stream.exponential());
    this.simulation.at(this.simulation.now + gap, BROADCAST, guest, 0);
  }
}
