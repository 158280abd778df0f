import type { Topology } from '../machine/topology.ts';

/** Guests that come up once: when each was started, and when it was up. NaN: not yet, or not one of them. */
export class ComingUp {
  readonly startedAt: Float64Array;
  readonly upAt: Float64Array;
  /** Guests that are not up yet. */
  left: number;
  /** By guest: those inside it that start when it is up. */
  readonly inside: readonly (readonly number[])[];
  /** Those that start by the clock. */
  readonly first: readonly number[];

  constructor({ guests }: Topology) {
    const once = guests.filter(({ specification }) => specification.workload?.arrivals.kind === 'once');
    const isOne = new Set(once);
    this.startedAt = new Float64Array(guests.length).fill(Number.NaN);
    this.upAt = new Float64Array(guests.length).fill(Number.NaN);
    this.left = once.length;
    const inside = guests.map((): number[] => []);
    const first: number[] = [];
    for (const guest of once) {
      if (guest.parent !== null && isOne.has(guest.parent)) inside[guest.parent.index]!.push(guest.index);
      else first.push(guest.index);
    }
    this.inside = inside;
    this.first = first;
  }
}
