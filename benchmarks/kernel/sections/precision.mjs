import { batchInterval } from '../../../dist/model/kernel/statistics/batch-means.js';
import { confidenceInterval } from '../../../dist/model/kernel/statistics/confidence-interval.js';
import { controlledInterval } from '../../../dist/model/kernel/statistics/control-variates.js';
import { precisionVerdict } from '../../../dist/model/kernel/statistics/sequential-stopping.js';
import { WatchedMM1 } from '../models/mm1-precision.mjs';
import { heading, table, verdict } from '../print.mjs';
import { median } from '../race.mjs';

const UTILIZATION = 0.9;
const EXACT = 1 / (1 - UTILIZATION);
const PRECISION = 0.01;
const LENGTH = 20_000;
const WARM_UP = 2_000;
const SEEDS = [1, 2, 3, 4, 5, 6, 7];

/** Replications until the rule is content; each begins empty and leaves its warm-up out. */
function plain(seed) {
  const means = [];
  let events = 0;
  for (let wanted = 10; ; ) {
    while (means.length < wanted) {
      const model = new WatchedMM1(UTILIZATION, seed, means.length);
      model.window(WARM_UP);
      means.push(model.window(LENGTH).meanTime);
      events += model.simulation.events;
    }
    const rule = { relativePrecision: PRECISION, confidence: 0.95, minimum: 10, maximum: 1e6 };
    const { decision, interval, nextLook } = precisionVerdict(means, rule);
    if (decision === 'precise') return { ...interval, events };
    wanted = nextLook;
  }
}

/** One run, one warm-up: windows of it as batches. */
function oneRun(seed) {
  const model = new WatchedMM1(UTILIZATION, seed, 0);
  model.window(WARM_UP);
  const means = [];
  for (let wanted = 64; ; wanted = Math.ceil(1.2 * wanted)) {
    while (means.length < wanted) means.push(model.window(LENGTH / 4).meanTime);
    const interval = batchInterval(means, 1);
    if (interval.neighbours.independent && interval.halfWidth <= PRECISION * interval.mean) {
      return { ...interval, events: model.simulation.events };
    }
  }
}

/** One run with control variates: what is known of them corrects the mean. Windows are long, so as to be independent. */
function controlled(names) {
  return (seed) => {
    const model = new WatchedMM1(UTILIZATION, seed, 0);
    model.window(WARM_UP);
    const windows = [];
    for (let wanted = 10; ; wanted = Math.ceil(1.2 * wanted)) {
      while (windows.length < wanted) windows.push(model.window(LENGTH));
      const controls = names.map((name) => ({ name, values: windows.map((seen) => seen[name]), expectation: 0 }));
      const interval = controlledInterval(windows.map(({ meanTime }) => meanTime), controls);
      if (interval.halfWidth <= PRECISION * interval.mean) {
        return { ...interval, events: model.simulation.events };
      }
    }
  };
}

/** Share of the variance of window means that is left with controls, over one long run. */
function varianceLeft(names) {
  const model = new WatchedMM1(UTILIZATION, 99, 0);
  model.window(WARM_UP);
  const windows = Array.from({ length: 200 }, () => model.window(LENGTH));
  const controls = names.map((name) => ({ name, values: windows.map((seen) => seen[name]), expectation: 0 }));
  return controlledInterval(windows.map(({ meanTime }) => meanTime), controls).varianceLeft;
}

export async function precision() {
  const methods = [
    ['replications, nothing else', plain, []],
    ['one run, batch means', oneRun, []],
    ['one run, arrivals and utilization', controlled(['arrivals', 'utilization']), ['arrivals', 'utilization']],
    ['one run, Dynkin controls', controlled(['number', 'square']), ['number', 'square']],
  ];
  const rows = methods.map(([name, method, controls]) => {
    const results = SEEDS.map(method);
    const covered = results.filter(({ low, high }) => low <= EXACT && EXACT <= high).length;
    return {
      name,
      events: median(results.map(({ events }) => events)),
      error: confidenceInterval(results.map(({ mean }) => Math.abs(mean / EXACT - 1))).mean,
      covered,
      left: controls.length === 0 ? '' : varianceLeft(controls).toPrecision(2),
    };
  });
  heading('M/M/1, utilization 0.9: events until the mean time in system is known to +-1 % at 95 % (median of 7 seeds)');
  table(
    ['', 'events', 'against plain', 'mean error', 'covered', 'variance left by the controls'],
    rows.map(({ name, events, error, covered, left }) => [
      name,
      events.toLocaleString('en'),
      (events / rows[0].events).toPrecision(2),
      `${(100 * error).toFixed(2)} %`,
      `${covered} of ${SEEDS.length}`,
      left,
    ]),
  );
  console.log(`plain / best: ${verdict(rows[0].events / Math.min(...rows.map(({ events }) => events)), 10)}`);
}
