import { describe, expect, it } from 'vitest';
import { Constant } from '../../../../src/model/kernel/distribution/constant.ts';
import type { Distribution } from '../../../../src/model/kernel/distribution/distribution.ts';
import { Exponential } from '../../../../src/model/kernel/distribution/exponential.ts';
import { Hyperexponential } from '../../../../src/model/kernel/distribution/hyperexponential.ts';
import { NO_EVENT } from '../../../../src/model/kernel/event-queue.ts';
import { ProcessorSharing } from '../../../../src/model/kernel/processor-sharing.ts';
import { RandomStream } from '../../../../src/model/kernel/random-stream.ts';
import { type EventHandler, Simulation } from '../../../../src/model/kernel/simulation.ts';
import { Tally } from '../../../../src/model/kernel/statistics/tally.ts';
import { TimeWeighted } from '../../../../src/model/kernel/statistics/time-weighted.ts';
import { waitMMc } from './closed-forms.ts';

const ARRIVAL = 0;
const COMPLETION = 1;
const relative = (got: number, expected: number) => Math.abs(got / expected - 1);

interface Parameters {
  readonly rate: number;
  readonly work: Distribution;
  readonly cores: number;
  readonly cap: number;
  readonly seed: number;
}

/** Poisson arrivals to shared cores. */
class SharedModel implements EventHandler {
  readonly simulation = new Simulation();
  readonly sojourns = new Tally();
  /** Time in system over work. */
  readonly stretch = new Tally();
  readonly inSystem = new TimeWeighted();
  /** Time in system by work, for work below 1, 2, 3 ... */
  readonly byWork = Array.from({ length: 6 }, () => ({ work: new Tally(), sojourn: new Tally() }));
  work = 0;
  private readonly parameters: Parameters;
  private readonly sharing: ProcessorSharing;
  private readonly gaps: RandomStream;
  private readonly works: RandomStream;
  private readonly arrivedAt: number[] = [];
  private readonly workOf: number[] = [];
  private readonly freeJobs: number[] = [];
  private completion = NO_EVENT;
  private toServe = 0;

  constructor(parameters: Parameters) {
    this.parameters = parameters;
    this.sharing = new ProcessorSharing(parameters.cores);
    this.gaps = RandomStream.named(parameters.seed, 0, 'gaps');
    this.works = RandomStream.named(parameters.seed, 0, 'works');
    this.arriveLater();
  }

  serve(customers: number): void {
    this.toServe = customers;
    this.simulation.runToEnd(this);
  }

  handle(opcode: number): void {
    if (opcode === ARRIVAL) this.arrive();
    else this.complete();
    const { nextCompletion } = this.sharing;
    if (nextCompletion === Number.POSITIVE_INFINITY) this.simulation.cancel(this.completion);
    else if (!this.simulation.reschedule(this.completion, nextCompletion)) {
      this.completion = this.simulation.at(nextCompletion, COMPLETION, 0, 0);
    }
  }

  private arriveLater(): void {
    this.simulation.after(this.gaps.exponential() / this.parameters.rate, ARRIVAL, 0, 0);
  }

  private arrive(): void {
    this.arriveLater();
    const { now } = this.simulation;
    const job = this.freeJobs.pop() ?? this.arrivedAt.length;
    const work = this.parameters.work.sample(this.works);
    this.arrivedAt[job] = now;
    this.workOf[job] = work;
    this.sharing.add(now, job, work, 1, this.parameters.cap);
    this.inSystem.set(now, this.sharing.size);
  }

  private complete(): void {
    const { now } = this.simulation;
    const job = this.sharing.complete(now);
    this.freeJobs.push(job);
    this.inSystem.set(now, this.sharing.size);
    const sojourn = now - this.arrivedAt[job]!;
    const work = this.workOf[job]!;
    this.work += work;
    this.sojourns.add(sojourn);
    const bin = this.byWork[Math.floor(work)];
    bin?.work.add(work);
    bin?.sojourn.add(sojourn);
    if (--this.toServe === 0) this.simulation.stop();
  }
}

const works: [string, Distribution][] = [
  ['constant', new Constant(1)],
  ['exponential', new Exponential(1)],
  ['hyperexponential', new Hyperexponential(1, 2)],
];

describe('M/G/1 processor sharing at utilization 0.6', () => {
  for (const [name, work] of works) {
    it(`has the same mean time in system with ${name} work: 1 / (1 - rho), to 3 %`, () => {
      const model = new SharedModel({ rate: 0.6, work, cores: 1, cap: Number.POSITIVE_INFINITY, seed: 11 });
      model.serve(300_000);
      expect(relative(model.sojourns.mean, 1 / 0.4)).toBeLessThan(0.03);
    });
  }

  it('stretches every job alike, whatever its work: E[T(x)] = x / (1 - rho), to 4 %', () => {
    const work = new Exponential(1);
    const model = new SharedModel({ rate: 0.6, work, cores: 1, cap: Number.POSITIVE_INFINITY, seed: 12 });
    model.serve(400_000);
    for (const { work: given, sojourn } of model.byWork.slice(0, 4)) {
      expect(relative(sojourn.mean, given.mean / 0.4)).toBeLessThan(0.04);
    }
  });
});

describe('c cores shared, none more than one core', () => {
  for (const [name, work] of works) {
    it(`has the number in system of M/M/c with ${name} work too, to 3 %`, () => {
      const cores = 4;
      const load = 3;
      const model = new SharedModel({ rate: load, work, cores, cap: 1, seed: 13 });
      model.serve(300_000);
      const expected = load * (1 + waitMMc(cores, load));
      expect(relative(model.inSystem.mean(model.simulation.now), expected)).toBeLessThan(0.03);
    });
  }

  it('delivers the work it is given: nothing is lost or made up', () => {
    const model = new SharedModel({ rate: 3, work: new Exponential(1), cores: 4, cap: 1, seed: 14 });
    model.serve(100_000);
    // Little: the time-integral of the number in system is what the sojourns add up to, but for who is still there.
    const { now } = model.simulation;
    expect(relative(model.inSystem.integral(now), model.sojourns.sum)).toBeLessThan(1e-3);
    expect(model.work).toBeLessThanOrEqual(4 * now);
  });
});
