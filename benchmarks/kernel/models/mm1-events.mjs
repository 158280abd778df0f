import { RandomStream } from '../../../dist/model/kernel/random-stream.js';
import { Simulation } from '../../../dist/model/kernel/simulation.js';
import { LogHistogram } from '../../../dist/model/kernel/statistics/log-histogram.js';
import { Tally } from '../../../dist/model/kernel/statistics/tally.js';
import { BareSimulation } from './bare-simulation.mjs';

const ARRIVAL = 0;
const DEPARTURE = 1;

/** M/M/1 on the event API, with the mean, variance, range and quantiles of the time in system. */
export class MM1 {
  constructor(utilization, seed, replication = 0, simulation = new Simulation()) {
    this.simulation = simulation;
    this.arrivals = RandomStream.named(seed, replication, 'arrivals');
    this.services = RandomStream.named(seed, replication, 'services');
    this.gap = 1 / utilization;
    this.line = new Float64Array(1024);
    this.head = 0;
    this.present = 0;
    this.left = 0;
    this.sojourns = new Tally();
    this.histogram = new LogHistogram();
    this.simulation.at(this.gap * this.arrivals.exponential(), ARRIVAL, 0, 0);
  }

  /** Serves so many more customers. */
  run(customers) {
    this.left = customers;
    this.simulation.runToEnd(this);
  }

  handle(opcode) {
    switch (opcode) {
      case ARRIVAL:
        this.arrive();
        break;
      case DEPARTURE:
        this.depart();
        break;
    }
  }

  arrive() {
    const simulation = this.simulation;
    simulation.after(this.gap * this.arrivals.exponential(), ARRIVAL, 0, 0);
    if (this.present === this.line.length) this.grow();
    this.line[(this.head + this.present) & (this.line.length - 1)] = simulation.now;
    if (++this.present === 1) this.serve();
  }

  depart() {
    const simulation = this.simulation;
    const sojourn = simulation.now - this.line[this.head];
    this.head = (this.head + 1) & (this.line.length - 1);
    this.sojourns.add(sojourn);
    this.histogram.record(sojourn);
    if (--this.present > 0) this.serve();
    if (--this.left === 0) simulation.stop();
  }

  serve() {
    this.simulation.after(this.services.exponential(), DEPARTURE, 0, 0);
  }

  grow() {
    const next = new Float64Array(2 * this.line.length);
    for (let i = 0; i < this.line.length; i++) next[i] = this.line[(this.head + i) & (this.line.length - 1)];
    this.line = next;
    this.head = 0;
  }
}

export function mm1Events(customers, utilization, seed) {
  const model = new MM1(utilization, seed);
  model.run(customers);
  return model.sojourns.mean;
}

/** The sum of what it is given, which is all the ceiling keeps. */
class Sum {
  sum = 0;
  count = 0;
  add(value) {
    this.sum += value;
    this.count++;
  }
  get mean() {
    return this.sum / this.count;
  }
}

class Nothing {
  record() {}
}

function withoutStatistics(model, customers) {
  model.sojourns = new Sum();
  model.histogram = new Nothing();
  model.run(customers);
  return model.sojourns.mean;
}

export function mm1EventsWithoutStatistics(customers, utilization, seed) {
  return withoutStatistics(new MM1(utilization, seed), customers);
}

export function mm1BareSimulation(customers, utilization, seed) {
  return withoutStatistics(new MM1(utilization, seed, 0, new BareSimulation()), customers);
}
