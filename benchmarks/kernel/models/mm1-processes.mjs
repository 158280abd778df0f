import { hold } from '../../../dist/model/kernel/process/process.js';
import { ProcessSimulation } from '../../../dist/model/kernel/process/process-simulation.js';
import { Store } from '../../../dist/model/kernel/process/store.js';
import { RandomStream } from '../../../dist/model/kernel/random-stream.js';
import { LogHistogram } from '../../../dist/model/kernel/statistics/log-histogram.js';
import { Tally } from '../../../dist/model/kernel/statistics/tally.js';

/** M/M/1 on the process API: a source and a server with a store between them, as in the SimPy program beside. */
export function mm1Processes(customers, utilization, seed) {
  const simulation = new ProcessSimulation();
  const line = new Store();
  const arrivals = RandomStream.named(seed, 0, 'arrivals');
  const services = RandomStream.named(seed, 0, 'services');
  const sojourns = new Tally();
  const histogram = new LogHistogram();

  function* source() {
    const gap = 1 / utilization;
    for (;;) {
      yield hold(gap * arrivals.exponential());
      line.offer(simulation.now);
    }
  }

  function* server() {
    for (let served = 0; served < customers; served++) {
      const arrivedAt = yield line.get();
      yield hold(services.exponential());
      sojourns.add(simulation.now - arrivedAt);
      histogram.record(simulation.now - arrivedAt);
    }
    simulation.stop();
  }

  simulation.start(source());
  simulation.start(server());
  simulation.runToEnd();
  return sojourns.mean;
}
