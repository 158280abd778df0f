import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import vm from 'node:vm';
import { RandomStream } from '../../../dist/model/kernel/random-stream.js';

// The package's bundle exports nothing; its value is the bundle's own require, and module 7 its index.
const path = createRequire(import.meta.url).resolve('simjs');
const { Sim, Entity, Facility } = vm.runInThisContext(readFileSync(path, 'utf8'))(7);

/** M/M/1 on simjs: a facility, and a timer for the next arrival. */
export function mm1Simjs(customers, utilization, seed) {
  const arrivals = RandomStream.named(seed, 0, 'arrivals');
  const services = RandomStream.named(seed, 0, 'services');
  const facility = new Facility('server');
  let served = 0;
  let sojourns = 0;
  class Source extends Entity {
    start() {
      this.arrive();
    }
    arrive() {
      const arrivedAt = this.time();
      this.useFacility(facility, services.exponential()).done(() => {
        served++;
        sojourns += this.time() - arrivedAt;
      });
      this.setTimer(arrivals.exponential() / utilization).done(this.arrive, this);
    }
  }
  const simulation = new Sim();
  simulation.addEntity(Source, 'source');
  simulation.simulate(customers / utilization);
  return sojourns / served;
}

/** A closed loop of jobs at simjs's processor-sharing facility, which has one server. */
export function sharedSimjs(jobs, completions, seed) {
  const works = RandomStream.named(seed, 0, 'works');
  const facility = new Facility('server', Facility.PS);
  let done = 0;
  class Job extends Entity {
    start() {
      this.work();
    }
    work() {
      this.useFacility(facility, works.exponential()).done(() => {
        done++;
        this.work();
      });
    }
  }
  const simulation = new Sim();
  for (let i = 0; i < jobs; i++) simulation.addEntity(Job, `job ${i}`);
  simulation.simulate(completions);
  return done;
}
