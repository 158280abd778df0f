import { LogHistogram } from '../kernel/statistics/log-histogram.ts';
import { Tally } from '../kernel/statistics/tally.ts';
import type { ResponseRecorder } from '../workload/job-statistics.ts';
import type { ResponseMeasurement } from './measurement.ts';
import type { Topology } from './topology.ts';

/**
 * So many jobs of a pool wait to be recorded together: with many pools the histograms of one are seldom in a cache when
 * a job of it ends, and then are fetched once for all of these.
 */
const MOST_WAITING = 32;

interface Pool {
  readonly role: string;
  readonly seat: number;
  readonly tally: Tally;
  readonly histogram: LogHistogram;
  readonly demands: LogHistogram;
}

/** Response times, and what the jobs demanded, pooled over the guests that have the same role in the same seat. */
export class Responses implements ResponseRecorder {
  private readonly pools: readonly Pool[];
  private readonly poolOfGuest: readonly Pool[];
  /** By guest: the index of its pool, among all there are. */
  private readonly indexOfGuest: Int32Array;
  /** By pool: how many jobs wait to be recorded, and their response times and demands in turn. */
  private readonly waitingCount: Int32Array;
  private readonly waiting: Float64Array;

  constructor(topology: Topology) {
    const pools = new Map<string, Pool>();
    this.poolOfGuest = topology.guests.map(({ specification: { role, seat } }) => {
      const key = `${seat} ${role}`;
      const known = pools.get(key);
      if (known !== undefined) return known;
      const pool = {
        role,
        seat,
        tally: new Tally(),
        histogram: new LogHistogram(),
        demands: new LogHistogram(),
      };
      pools.set(key, pool);
      return pool;
    });
    const all = [...pools.values()];
    this.indexOfGuest = Int32Array.from(this.poolOfGuest, (pool) => all.indexOf(pool));
    this.waitingCount = new Int32Array(all.length);
    this.waiting = new Float64Array(2 * MOST_WAITING * all.length);
    const working = new Set(
      this.poolOfGuest.filter((_, guest) => topology.guests[guest]!.specification.workload !== undefined),
    );
    this.pools = [...pools.values()].filter((pool) => working.has(pool));
  }

  record(guest: number, response: number, demand: number): void {
    const index = this.indexOfGuest[guest]!;
    const count = this.waitingCount[index]!;
    const at = 2 * (index * MOST_WAITING + count);
    this.waiting[at] = response;
    this.waiting[at + 1] = demand;
    this.waitingCount[index] = count + 1;
    if (count + 1 === MOST_WAITING) this.recordWaiting(guest);
  }

  reset(): void {
    this.waitingCount.fill(0);
    for (const { tally, histogram, demands } of this.pools) {
      tally.reset();
      histogram.reset();
      demands.reset();
    }
  }

  measurements(): ResponseMeasurement[] {
    for (let guest = 0; guest < this.indexOfGuest.length; guest++) this.recordWaiting(guest);
    return this.pools.map(({ role, seat, tally, histogram, demands }) => ({
      role,
      seat,
      count: tally.count,
      mean: tally.mean,
      variance: tally.variance,
      histogram: histogram.data(),
      demands: demands.data(),
    }));
  }

  /** Records what waits in the pool of a guest. */
  private recordWaiting(guest: number): void {
    const { tally, histogram, demands } = this.poolOfGuest[guest]!;
    const index = this.indexOfGuest[guest]!;
    const first = 2 * index * MOST_WAITING;
    const end = first + 2 * this.waitingCount[index]!;
    this.waitingCount[index] = 0;
    for (let at = first; at < end; at += 2) {
      tally.add(this.waiting[at]!);
      histogram.record(this.waiting[at]!);
      demands.record(this.waiting[at + 1]!);
    }
  }
}
