import { describe, expect, it } from 'vitest';
import { tailSlowdown } from '../../../src/model/experiment/tail-slowdown.ts';
import { exp, log } from '../../../src/model/kernel/elementary.ts';
import { RandomStream } from '../../../src/model/kernel/random-stream.ts';
import { LogHistogram } from '../../../src/model/kernel/statistics/log-histogram.ts';
import { precisionVerdict } from '../../../src/model/kernel/statistics/sequential-stopping.ts';
import type { ResponseMeasurement } from '../../../src/model/machine/measurement.ts';

/** As the desktops of the three-level lab: lognormal demands of 15 ms, cv 1; a sixth longer, and 1.2 ms of waiting. */
const SPREAD = Math.sqrt(Math.log(2));
const LOCATION = Math.log(15e6) - SPREAD ** 2 / 2;
const LONGER = 1.15;
const WAIT = 1.2e6;
/** Actions of a replication, give or take. */
const ACTIONS = 45;
const RUNS = 300;

function draw(
  stream: RandomStream,
  count: number,
): { nested: ResponseMeasurement; alone: ResponseMeasurement } {
  const demands = new LogHistogram();
  const nested = new LogHistogram();
  const alone = new LogHistogram();
  for (let i = 0; i < count; i++) {
    const demand = exp(LOCATION + SPREAD * stream.normal());
    demands.record(demand);
    alone.record(demand);
    nested.record(LONGER * demand + WAIT * stream.exponential());
  }
  const measured = (histogram: LogHistogram): ResponseMeasurement => ({
    role: 'desktop',
    seat: 1,
    count,
    mean: Number.NaN,
    variance: Number.NaN,
    histogram: histogram.data(),
    demands: demands.data(),
  });
  return { nested: measured(nested), alone: measured(alone) };
}

describe('an interval of the tail slowdown that stops at ±5 %', () => {
  it('holds the truth about as often as it says, of few actions a replication', () => {
    const many = draw(RandomStream.named(1, 0, 'truth'), 400_000);
    const truth =
      LogHistogram.from(many.nested.histogram).quantile(0.95) /
      LogHistogram.from(many.alone.histogram).quantile(0.95);
    expect(log(truth)).toBeGreaterThan(log(LONGER));
    const rule = { relativePrecision: 0.05, confidence: 0.95, minimum: 6, maximum: 200 };
    let covered = 0;
    let replications = 0;
    for (let run = 0; run < RUNS; run++) {
      const stream = RandomStream.named(2, run, 'jobs');
      const values: number[] = [];
      for (;;) {
        const { nested, alone } = draw(stream, ACTIONS - 10 + stream.integer(21));
        values.push(tailSlowdown([nested], [alone])!);
        if (values.length < rule.minimum) continue;
        const { decision, interval } = precisionVerdict(values, rule);
        if (decision === 'continue') continue;
        replications += values.length;
        if (interval.low! <= truth && truth <= interval.high!) covered++;
        break;
      }
    }
    expect(covered / RUNS).toBeGreaterThan(0.92);
    expect(replications / RUNS).toBeLessThan(8);
  });
});
