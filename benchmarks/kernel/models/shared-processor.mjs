import { ProcessorSharing } from '../../../dist/model/kernel/processor-sharing.js';
import { RandomStream } from '../../../dist/model/kernel/random-stream.js';
import { Simulation } from '../../../dist/model/kernel/simulation.js';

/** A closed loop of jobs that share cores, none more than one: each begins again when it is done. */
export class SharedProcessor {
  constructor(jobs, cores, seed) {
    this.simulation = new Simulation();
    this.sharing = new ProcessorSharing(cores);
    this.works = RandomStream.named(seed, 0, 'works');
    this.left = 0;
    for (let job = 0; job < jobs; job++) this.sharing.add(0, job, this.works.exponential(), 1, 1);
    this.schedule();
  }

  run(completions) {
    this.left = completions;
    this.simulation.runToEnd(this);
  }

  handle() {
    const { now } = this.simulation;
    const job = this.sharing.complete(now);
    this.sharing.add(now, job, this.works.exponential(), 1, 1);
    this.schedule();
    if (--this.left === 0) this.simulation.stop();
  }

  schedule() {
    this.simulation.at(this.sharing.nextCompletion, 0, 0, 0);
  }
}

export function sharedNestmark(jobs, completions, seed) {
  const model = new SharedProcessor(jobs, 4, seed);
  model.run(completions);
  return model.simulation.now;
}
