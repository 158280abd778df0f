import { hold } from '../../../dist/model/kernel/process/process.js';
import { ProcessSimulation } from '../../../dist/model/kernel/process/process-simulation.js';
import { RandomStream } from '../../../dist/model/kernel/random-stream.js';
import { Simulation } from '../../../dist/model/kernel/simulation.js';

const ARRIVAL = 0;

/** So many M/M/1 queues beside each other, each with its own arrivals. */
class ManyQueues {
  constructor(queues, seed) {
    this.simulation = new Simulation();
    this.stream = RandomStream.named(seed, 0, 'queues');
    this.present = new Int32Array(queues);
    this.left = 0;
    for (let queue = 0; queue < queues; queue++) this.arriveLater(queue);
  }

  run(events) {
    this.left = events;
    this.simulation.runToEnd(this);
  }

  handle(opcode, queue) {
    if (opcode === ARRIVAL) {
      this.arriveLater(queue);
      if (++this.present[queue] === 1) this.simulation.after(this.stream.exponential(), 1, queue, 0);
    } else if (--this.present[queue] > 0) this.simulation.after(this.stream.exponential(), 1, queue, 0);
    if (--this.left === 0) this.simulation.stop();
  }

  arriveLater(queue) {
    this.simulation.after(this.stream.exponential() / 0.9, ARRIVAL, queue, 0);
  }
}

export function manyQueues(queues) {
  const model = new ManyQueues(queues, 1);
  return (events) => model.run(events);
}

/** So many processes that only hold. */
export function manyProcesses(count) {
  const simulation = new ProcessSimulation();
  const stream = RandomStream.named(1, 0, 'processes');
  let left = 0;
  function* holder() {
    for (;;) {
      yield hold(stream.exponential());
      if (--left === 0) simulation.stop();
    }
  }
  for (let i = 0; i < count; i++) simulation.start(holder());
  return (events) => {
    left = events;
    simulation.runToEnd();
  };
}
