import { LogHistogram } from '../kernel/statistics/log-histogram.ts';
import { Tally } from '../kernel/statistics/tally.ts';
import type { ResponseRecorder } from '../workload/job-statistics.ts';
import type { ResponseMeasurement } from './measurement.ts';
import type { Topology } from './topology.ts';

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
    const working = new Set(
      this.poolOfGuest.filter((_, guest) => topology.guests[guest]!.specification.workload !== undefined),
    );
    this.pools = [...pools.values()].filter((pool) => working.has(pool));
  }

  record(guest: number, response: number, demand: number): void {
    const pool = this.poolOfGuest[guest]!;
    pool.tally.add(response);
    pool.histogram.record(response);
    pool.demands.record(demand);
  }

  reset(): void {
    for (const { tally, histogram, demands } of this.pools) {
      tally.reset();
      histogram.reset();
      demands.reset();
    }
  }

  measurements(): ResponseMeasurement[] {
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
}
