import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/model/kernel/random-stream.ts';
import { type EventHandler, Simulation } from '../../../../src/model/kernel/simulation.ts';
import { BatchMeans } from '../../../../src/model/kernel/statistics/batch-means.ts';
import { confidenceInterval } from '../../../../src/model/kernel/statistics/confidence-interval.ts';
import { precisionVerdict } from '../../../../src/model/kernel/statistics/sequential-stopping.ts';

const UTILIZATION = 0.5;
const EXACT = 1 / (1 - UTILIZATION);
const RUNS = 1_000;

const ARRIVAL = 0;

/** M/M/1 that starts in its steady state: the number there at the start is geometric. */
class SteadyQueue implements EventHandler {
  readonly simulation = new Simulation();
  private readonly gaps: RandomStream;
  private readonly services: RandomStream;
  private readonly line = new Float64Array(256);
  private head = 0;
  private tail = 0;
  private left = 0;
  private sum = 0;
  private skip = 0;

  constructor(seed: number, replication: number) {
    this.gaps = RandomStream.named(seed, replication, 'gaps');
    this.services = RandomStream.named(seed, replication, 'services');
    const start = RandomStream.named(seed, replication, 'start');
    while (start.uniform() < UTILIZATION) this.enter();
    // Those there at the start have been there for longer: their stay is not counted.
    this.skip = this.tail;
    this.arriveLater();
  }

  /** Mean time in system of the next customers to come. */
  meanOf(customers: number): number {
    this.left = customers;
    this.sum = 0;
    this.simulation.runToEnd(this);
    return this.sum / customers;
  }

  handle(opcode: number): void {
    if (opcode === ARRIVAL) {
      this.arriveLater();
      this.enter();
      return;
    }
    const sojourn = this.simulation.now - this.line[this.head++ & 255]!;
    if (this.head !== this.tail) this.serve();
    if (this.skip > 0) {
      this.skip--;
      return;
    }
    this.sum += sojourn;
    if (--this.left === 0) this.simulation.stop();
  }

  private arriveLater(): void {
    this.simulation.after(this.gaps.exponential() / UTILIZATION, ARRIVAL, 0, 0);
  }

  private enter(): void {
    this.line[this.tail++ & 255] = this.simulation.now;
    if (this.tail - this.head === 1) this.serve();
  }

  private serve(): void {
    this.simulation.after(this.services.exponential(), 1, 0, 0);
  }
}

const covers = ({ low, high }: { low: number | null; high: number | null }) =>
  low! <= EXACT && EXACT <= high!;

function coverage(interval: (run: number) => { low: number | null; high: number | null }): number {
  let covered = 0;
  for (let run = 0; run < RUNS; run++) if (covers(interval(run))) covered++;
  return covered / RUNS;
}

const known = Array.from({ length: RUNS }, (): number[] => []);

/**
 * Means of the first replications of a run, shared between the tests below. 1,000 customers are enough for the means
 * to be nearly normal: with 200 the intervals of their skewed means miss more often.
 */
function replicationMeans(run: number, count: number): number[] {
  const means = known[run]!;
  while (means.length < count) means.push(new SteadyQueue(run, means.length).meanOf(1_000));
  return means.slice(0, count);
}

describe('nominal 95 % intervals of 1,000 independent M/M/1 runs', () => {
  it('from 20 replications cover the exact mean in 93 to 97 % of the runs', () => {
    const share = coverage((run) => confidenceInterval(replicationMeans(run, 20)));
    console.log(`coverage of intervals from replications: ${(100 * share).toFixed(1)} %`);
    expect(share).toBeGreaterThanOrEqual(0.93);
    expect(share).toBeLessThanOrEqual(0.97);
  });

  it('stopped at +-3.5 % cover the exact mean in 93 to 97 % of the runs', () => {
    const rule = { relativePrecision: 0.035, confidence: 0.95, minimum: 20, maximum: 2_000 };
    const share = coverage((run) => {
      for (let wanted = rule.minimum; ; ) {
        const { decision, interval, nextLook } = precisionVerdict(replicationMeans(run, wanted), rule);
        if (decision !== 'continue') return interval;
        wanted = nextLook;
      }
    });
    console.log(`coverage of intervals stopped at a precision: ${(100 * share).toFixed(1)} %`);
    expect(share).toBeGreaterThanOrEqual(0.93);
    expect(share).toBeLessThanOrEqual(0.97);
  });

  it('from batch means of one run cover the exact mean in 92 to 97 % of the runs', () => {
    const share = coverage((run) => {
      const queue = new SteadyQueue(run, 1_000_000);
      const batches = new BatchMeans();
      for (let i = 0; i < 500; i++) batches.add(queue.meanOf(20));
      return batches.interval()!;
    });
    console.log(`coverage of intervals from batch means: ${(100 * share).toFixed(1)} %`);
    expect(share).toBeGreaterThanOrEqual(0.92);
    expect(share).toBeLessThanOrEqual(0.97);
  });
});
