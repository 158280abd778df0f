// Runs one M/M/1 model with nothing beside it in its process but the bare loop, the two turn about, so that whatever the
// machine does meanwhile hits both. Prints a line of JSON: medians of the processor time of a run in milliseconds, once
// the engine has compiled both, and the mean time in system that the model found.
import { median } from '../race.mjs';
import { mm1Ceiling } from './mm1-ceiling.mjs';

const [, , file, name, customers, utilization, seed] = process.argv;
const RUNS = 5;
const WARM_UP = 3;
const CEILING_CUSTOMERS = 200_000;

const { [name]: model } = await import(new URL(file, import.meta.url));
const times = { ceiling: [], model: [] };
let mean = Number.NaN;

async function timed(run) {
  const before = process.cpuUsage().user;
  mean = await run();
  return (process.cpuUsage().user - before) / 1_000;
}

for (let run = -WARM_UP; run < RUNS; run++) {
  const ceiling = await timed(() => mm1Ceiling(CEILING_CUSTOMERS, Number(utilization), Number(seed)));
  const own = await timed(() => model(Number(customers), Number(utilization), Number(seed)));
  if (run < 0) continue;
  times.ceiling.push(ceiling / CEILING_CUSTOMERS);
  times.model.push(own);
}
console.log(
  JSON.stringify({ overriddenDuration: median(times.model), mean, ceilingEach: median(times.ceiling) }),
);
