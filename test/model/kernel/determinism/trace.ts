import { Empirical } from '../../../../src/model/kernel/distribution/empirical.ts';
import { Gamma } from '../../../../src/model/kernel/distribution/gamma.ts';
import { Hyperexponential } from '../../../../src/model/kernel/distribution/hyperexponential.ts';
import { Lognormal } from '../../../../src/model/kernel/distribution/lognormal.ts';
import { Pareto } from '../../../../src/model/kernel/distribution/pareto.ts';
import { Weibull } from '../../../../src/model/kernel/distribution/weibull.ts';
import { NO_EVENT } from '../../../../src/model/kernel/event-queue.ts';
import { hash128 } from '../../../../src/model/kernel/hash128.ts';
import { hold, type ProcessBody } from '../../../../src/model/kernel/process/process.ts';
import { ProcessSimulation } from '../../../../src/model/kernel/process/process-simulation.ts';
import { Resource } from '../../../../src/model/kernel/process/resource.ts';
import { ProcessorSharing } from '../../../../src/model/kernel/processor-sharing.ts';
import { RandomStream } from '../../../../src/model/kernel/random-stream.ts';
import { type EventHandler, Simulation } from '../../../../src/model/kernel/simulation.ts';
import { normalQuantile } from '../../../../src/model/kernel/special/normal-quantile.ts';
import { studentQuantile } from '../../../../src/model/kernel/special/student-quantile.ts';
import { BatchMeans } from '../../../../src/model/kernel/statistics/batch-means.ts';
import { confidenceInterval } from '../../../../src/model/kernel/statistics/confidence-interval.ts';
import { LogHistogram } from '../../../../src/model/kernel/statistics/log-histogram.ts';
import { mser5 } from '../../../../src/model/kernel/statistics/mser.ts';
import { Tally } from '../../../../src/model/kernel/statistics/tally.ts';

const ARRIVAL = 0;
const COMPLETION = 1;

/** A shared processor fed by lognormal gaps and works in whole nanoseconds, with a completion that is always moved. */
class SharedProcessor implements EventHandler {
  readonly simulation = new Simulation();
  private readonly trace: number[];
  private readonly sharing = new ProcessorSharing(2);
  private readonly gaps = RandomStream.named(20261122, 3, 'gaps');
  private readonly works = RandomStream.named(20261122, 3, 'works');
  private readonly gap = new Lognormal(1_000_000, 1.5);
  private readonly work = new Weibull(0.7, 1_000_000);
  private completion = NO_EVENT;
  private nextJob = 0;

  constructor(trace: number[]) {
    this.trace = trace;
    this.simulation.at(0, ARRIVAL, 0, 0);
  }

  handle(opcode: number): void {
    const { now } = this.simulation;
    if (opcode === ARRIVAL) {
      this.sharing.add(now, this.nextJob++ % 4096, this.work.sample(this.works), 1 + (this.nextJob % 3), 1);
      this.simulation.after(Math.ceil(this.gap.sample(this.gaps)), ARRIVAL, 0, 0);
    } else {
      this.trace.push(now, this.sharing.complete(now));
    }
    const due = Math.ceil(this.sharing.nextCompletion);
    if (due === Number.POSITIVE_INFINITY) this.simulation.cancel(this.completion);
    else if (!this.simulation.reschedule(this.completion, due)) {
      this.completion = this.simulation.at(due, COMPLETION, 0, 0);
    }
  }
}

function processes(trace: number[]): void {
  const simulation = new ProcessSimulation();
  const server = new Resource(simulation, 2);
  const stream = RandomStream.named(1, 1, 'processes');
  function* customer(): ProcessBody {
    const arrivedAt = simulation.now;
    yield server.acquire();
    yield hold(stream.exponential());
    server.release();
    trace.push(simulation.now - arrivedAt);
  }
  for (let i = 0; i < 500; i++) simulation.start(customer(), i / 2);
  simulation.runToEnd();
}

function draws(trace: number[]): void {
  const stream = RandomStream.named(-5, 7, 'draws');
  const distributions = [
    new Gamma(0.5, 2),
    new Gamma(2.5, 2),
    new Pareto(1.5, 3),
    new Hyperexponential(1, 4),
    new Empirical([3, 1, 4, 1, 5, 9, 2, 6]),
  ];
  for (let i = 0; i < 2_000; i++) {
    trace.push(
      stream.uniform(),
      stream.exponential(),
      stream.normal(),
      stream.integer(1_000),
      stream.uint32(),
    );
    for (const distribution of distributions) trace.push(distribution.sample(stream));
  }
}

function statistics(trace: number[]): void {
  const stream = RandomStream.named(9, 9, 'statistics');
  const tally = new Tally();
  const histogram = new LogHistogram();
  const batches = new BatchMeans();
  const values: number[] = [];
  for (let i = 0; i < 20_000; i++) {
    const value = stream.exponential() + 100 / (i + 1);
    values.push(value);
    tally.add(value);
    histogram.record(value);
    batches.add(value);
  }
  const { mean, halfWidth } = confidenceInterval(batches.means());
  trace.push(
    tally.mean,
    tally.variance,
    mean,
    halfWidth!,
    batches.interval()!.halfWidth!,
    mser5(values).count,
  );
  for (let p = 0.005; p < 1; p += 0.01) {
    trace.push(histogram.quantile(p), normalQuantile(p), studentQuantile(p, 1 + 40 * p));
  }
}

/** A hash of the bits of some twenty thousand results of every part of the kernel. */
export function traceHash(): string {
  const trace: number[] = [];
  const shared = new SharedProcessor(trace);
  shared.simulation.runUntil(5_000_000_000, shared);
  processes(trace);
  draws(trace);
  statistics(trace);
  const words = new Uint32Array(Float64Array.from(trace).buffer);
  return hash128(words)
    .map((word) => (word >>> 0).toString(16).padStart(8, '0'))
    .join('');
}
