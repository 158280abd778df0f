import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/model/kernel/random-stream.ts';
import { type EventHandler, Simulation } from '../../../../src/model/kernel/simulation.ts';
import { TimeWeighted } from '../../../../src/model/kernel/statistics/time-weighted.ts';
import { machinesDown, meanValueAnalysis, type Station } from './closed-forms.ts';

const relative = (got: number, expected: number) => Math.abs(got / expected - 1);

/** Customers that go round a ring of exponential stations for ever; each event is an end of service. */
class ClosedNetwork implements EventHandler {
  readonly simulation = new Simulation();
  readonly at: TimeWeighted[];
  rounds = 0;
  private readonly stations: readonly (Station & { readonly servers: number })[];
  private readonly services: RandomStream[];
  private readonly count: number[];

  constructor(
    stations: readonly (Station & { readonly servers?: number })[],
    customers: number,
    seed: number,
  ) {
    this.stations = stations.map((station) => ({ servers: 1, ...station }));
    this.services = stations.map((_, i) => RandomStream.named(seed, 0, `station ${i}`));
    this.at = stations.map(() => new TimeWeighted());
    this.count = stations.map(() => 0);
    for (let i = 0; i < customers; i++) this.enter(0);
  }

  handle(_opcode: number, station: number): void {
    const { kind, servers } = this.stations[station]!;
    const left = --this.count[station]!;
    this.at[station]!.set(this.simulation.now, left);
    // The one next in line begins; exponential service does not care who it is.
    if (kind === 'queue' && left >= servers) this.begin(station);
    const next = (station + 1) % this.stations.length;
    if (next === 0) this.rounds++;
    this.enter(next);
  }

  private enter(station: number): void {
    const { kind, servers } = this.stations[station]!;
    const count = ++this.count[station]!;
    this.at[station]!.set(this.simulation.now, count);
    if (kind === 'delay' || count <= servers) this.begin(station);
  }

  private begin(station: number): void {
    const { demand } = this.stations[station]!;
    this.simulation.after(demand * this.services[station]!.exponential(), 0, station, 0);
  }
}

describe('closed network', () => {
  const stations: Station[] = [
    { demand: 5, kind: 'delay' },
    { demand: 1, kind: 'queue' },
    { demand: 0.7, kind: 'queue' },
    { demand: 0.2, kind: 'queue' },
  ];

  it.each([1, 4, 12])(
    'with %d customers has the throughput and queues of exact MVA, to 2 %%',
    (customers) => {
      const network = new ClosedNetwork(stations, customers, 21);
      network.simulation.runUntil(200_000, network);
      const { throughput, queues } = meanValueAnalysis(stations, customers);
      expect(relative(network.rounds / 200_000, throughput)).toBeLessThan(0.01);
      for (const [i, queue] of queues.entries()) {
        expect(relative(network.at[i]!.mean(200_000), queue)).toBeLessThan(0.02);
      }
    },
  );
});

describe('machine repairman', () => {
  it.each([
    [6, 1, 0.2],
    [10, 3, 0.4],
  ])(
    '%d machines, %d repairers, failing at %d: mean down as the birth-death chain says, to 2 %%',
    (...given) => {
      const [machines, repairers, failureRate] = given;
      const network = new ClosedNetwork(
        [
          { demand: 1 / failureRate, kind: 'delay' },
          { demand: 1, kind: 'queue', servers: repairers },
        ],
        machines,
        22,
      );
      network.simulation.runUntil(150_000, network);
      const down = machinesDown(machines, repairers, failureRate);
      expect(relative(network.at[1]!.mean(150_000), down)).toBeLessThan(0.02);
    },
  );
});
