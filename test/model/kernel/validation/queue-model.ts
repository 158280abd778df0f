import type { Distribution } from '../../../../src/model/kernel/distribution/distribution.ts';
import { RandomStream } from '../../../../src/model/kernel/random-stream.ts';
import { type EventHandler, Simulation } from '../../../../src/model/kernel/simulation.ts';
import { LogHistogram } from '../../../../src/model/kernel/statistics/log-histogram.ts';
import { Tally } from '../../../../src/model/kernel/statistics/tally.ts';
import { TimeWeighted } from '../../../../src/model/kernel/statistics/time-weighted.ts';

const ARRIVAL = 0;
const DEPARTURE = 1;

export interface QueueParameters {
  readonly gap: Distribution;
  readonly service: Distribution;
  readonly servers?: number;
  /** Most customers in the system; who comes beyond is lost. */
  readonly capacity?: number;
  readonly seed: number;
  readonly replication?: number;
  /** Customers there at the start. */
  readonly present?: number;
}

/** G/G/c/K, first come first served, on the event API. */
export class QueueModel implements EventHandler {
  readonly simulation = new Simulation();
  readonly sojourns = new Tally();
  readonly waits = new Tally();
  readonly histogram = new LogHistogram();
  readonly inSystem: TimeWeighted;
  readonly busy = new TimeWeighted();
  arrived = 0;
  lost = 0;
  waited = 0;
  private readonly parameters: QueueParameters;
  private readonly servers: number;
  private readonly capacity: number;
  private readonly gaps: RandomStream;
  private readonly services: RandomStream;
  private present = 0;
  /** Arrival times of those in line. */
  private line: number[] = [];
  private head = 0;
  /** Arrival time of who is served, by server; servers that are free. */
  private readonly served: number[];
  private readonly free: number[];
  private toServe = Number.POSITIVE_INFINITY;

  constructor(parameters: QueueParameters) {
    const { seed, replication = 0, present = 0, servers = 1 } = parameters;
    this.parameters = parameters;
    this.servers = servers;
    this.capacity = parameters.capacity ?? Number.POSITIVE_INFINITY;
    this.gaps = RandomStream.named(seed, replication, 'gaps');
    this.services = RandomStream.named(seed, replication, 'services');
    this.served = new Array<number>(servers).fill(0);
    this.free = Array.from({ length: servers }, (_, i) => servers - 1 - i);
    this.inSystem = new TimeWeighted();
    for (let i = 0; i < present; i++) this.arrive();
    this.arriveLater();
  }

  /** Runs until so many customers have been served. */
  serve(customers: number): void {
    this.toServe = customers;
    this.simulation.runToEnd(this);
  }

  handle(opcode: number, server: number): void {
    if (opcode === ARRIVAL) {
      this.arriveLater();
      this.arrive();
    } else {
      this.depart(server);
    }
  }

  private arriveLater(): void {
    this.simulation.after(this.parameters.gap.sample(this.gaps), ARRIVAL, 0, 0);
  }

  private arrive(): void {
    this.arrived++;
    if (this.present >= this.capacity) {
      this.lost++;
      return;
    }
    const { now } = this.simulation;
    this.inSystem.set(now, ++this.present);
    if (this.free.length === 0) {
      this.line.push(now);
      this.waited++;
    } else {
      this.begin(this.free.pop()!, now);
    }
  }

  private begin(server: number, arrivedAt: number): void {
    const { now } = this.simulation;
    this.waits.add(now - arrivedAt);
    this.served[server] = arrivedAt;
    this.busy.set(now, this.servers - this.free.length);
    this.simulation.after(this.parameters.service.sample(this.services), DEPARTURE, server, 0);
  }

  private depart(server: number): void {
    const { now } = this.simulation;
    const sojourn = now - this.served[server]!;
    this.sojourns.add(sojourn);
    this.histogram.record(sojourn);
    this.inSystem.set(now, --this.present);
    if (this.head < this.line.length) {
      this.begin(server, this.line[this.head++]!);
      if (this.head === 4096) {
        this.line = this.line.slice(this.head);
        this.head = 0;
      }
    } else {
      this.free.push(server);
      this.busy.set(now, this.servers - this.free.length);
    }
    if (--this.toServe <= 0) this.simulation.stop();
  }
}
