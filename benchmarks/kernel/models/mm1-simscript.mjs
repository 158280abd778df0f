import { createRequire } from 'node:module';
import { RandomStream } from '../../../dist/model/kernel/random-stream.js';

// Made for a page: it yields to the screen now and then.
globalThis.requestAnimationFrame ??= (callback) => setImmediate(callback);
const { Simulation, Queue, Entity, RandomVar, SimulationState } = createRequire(import.meta.url)('simscript');

/** M/M/1 on simscript: an entity a customer. */
export async function mm1Simscript(customers, utilization, seed) {
  const arrivals = RandomStream.named(seed, 0, 'arrivals');
  const services = RandomStream.named(seed, 0, 'services');
  class Gap extends RandomVar {
    sample() {
      return arrivals.exponential() / utilization;
    }
  }
  class Customer extends Entity {
    async script() {
      const { line, server } = this.simulation;
      await this.enterQueue(line);
      await this.enterQueue(server);
      this.leaveQueue(line);
      await this.delay(services.exponential());
      this.leaveQueue(server);
    }
  }
  class Shop extends Simulation {
    line = new Queue('line');
    server = new Queue('server', 1);
    onStarting(event) {
      super.onStarting(event);
      this.generateEntities(Customer, new Gap(), customers);
    }
  }
  const shop = new Shop();
  shop.yieldInterval = 1e9;
  const finished = new Promise((resolve) => {
    shop.stateChanged.addEventListener(() => {
      if (shop.state === SimulationState.Finished) resolve();
    });
  });
  shop.start();
  await finished;
  return shop.line.grossDwell.avg + shop.server.grossDwell.avg;
}
