import { RandomStream } from '../../../dist/model/kernel/random-stream.js';
import { Simulation } from '../../../dist/model/kernel/simulation.js';

const ARRIVAL = 0;

/**
 * M/M/1 watched over windows of time, for its mean number in system (and by Little's law its mean time in system),
 * with quantities whose expectation is known to be 0: `number` and `square` whatever the window starts from.
 */
export class WatchedMM1 {
  constructor(utilization, seed, replication) {
    this.rate = utilization;
    this.arrivals = RandomStream.named(seed, replication, 'arrivals');
    this.services = RandomStream.named(seed, replication, 'services');
    this.simulation = new Simulation();
    this.present = 0;
    this.since = 0;
    this.arriveLater();
  }

  /** Runs on for `length`; what was seen. */
  window(length) {
    const start = this.simulation.now;
    const presentAtStart = this.present;
    this.area = 0;
    this.busy = 0;
    this.arrived = 0;
    this.since = start;
    this.simulation.runUntil(start + length, this);
    this.account();
    const { rate, present } = this;
    // Dynkin's formula for n and n^2: what they changed by, less the integral of what they were expected to.
    const drift = rate * length - this.busy;
    const driftOfSquare = 2 * (rate * this.area - this.area) + rate * length + this.busy;
    return {
      meanTime: this.area / length / rate,
      arrivals: this.arrived / length - rate,
      // The utilization law: in steady state, busy for the work that is offered.
      utilization: this.busy / length - rate,
      number: (present - presentAtStart - drift) / length,
      square: (present ** 2 - presentAtStart ** 2 - driftOfSquare) / length,
    };
  }

  handle(opcode) {
    this.account();
    if (opcode === ARRIVAL) {
      this.arrived++;
      this.arriveLater();
      if (++this.present === 1) this.serve();
    } else if (--this.present > 0) this.serve();
  }

  account() {
    const { now } = this.simulation;
    const elapsed = now - this.since;
    this.since = now;
    this.area += this.present * elapsed;
    if (this.present > 0) this.busy += elapsed;
  }

  arriveLater() {
    this.simulation.after(this.arrivals.exponential() / this.rate, ARRIVAL, 0, 0);
  }

  serve() {
    this.simulation.after(this.services.exponential(), 1, 0, 0);
  }
}
