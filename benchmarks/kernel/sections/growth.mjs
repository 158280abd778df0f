import { linearRegression } from 'simple-statistics';
import { holdEventQueue } from '../models/hold.mjs';
import { manyProcesses, manyQueues } from '../models/many-queues.mjs';
import { SharedProcessor } from '../models/shared-processor.mjs';
import { heading, table } from '../print.mjs';
import { median, race } from '../race.mjs';

const SIZES = [10, 100, 1_000, 10_000];

function sharing(jobs) {
  const model = new SharedProcessor(jobs, 4, 1);
  return (completions) => model.run(completions);
}

const MODELS = [
  ['hold model', holdEventQueue],
  ['M/M/1 queues side by side', manyQueues],
  ['jobs sharing 4 cores', sharing],
  ['processes that hold', manyProcesses],
];

export async function growth({ rounds, scale }) {
  const units = Math.round(5e5 * scale);
  const rows = [];
  for (const [name, make] of MODELS) {
    const contenders = SIZES.map((size) => {
      const run = make(size);
      return { name: String(size), units, run: () => run(units) };
    });
    const rates = await race(contenders, { rounds });
    const nanoseconds = SIZES.map((size) => 1e9 / median(rates.get(String(size))));
    const { m } = linearRegression(SIZES.map((size, i) => [Math.log(size), Math.log(nanoseconds[i])]));
    rows.push([name, ...nanoseconds.map((time) => time.toFixed(0)), m.toFixed(2)]);
  }
  heading('Growth: nanoseconds of processor time an event by number of entities, and x of time ~ entities^x');
  table(['', ...SIZES, 'exponent'], rows);
}
