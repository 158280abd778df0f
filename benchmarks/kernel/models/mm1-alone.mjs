// Runs one M/M/1 model alone in its process, and prints a line of JSON: the median of its processor time in
// milliseconds, once the engine has compiled it, and the mean time in system it found.
import { median } from '../race.mjs';

const [, , file, name, customers, utilization, seed] = process.argv;
const RUNS = 5;
const WARM_UP = 2;

const { [name]: model } = await import(new URL(file, import.meta.url));
const times = [];
let mean = Number.NaN;
for (let run = -WARM_UP; run < RUNS; run++) {
  const before = process.cpuUsage().user;
  mean = await model(Number(customers), Number(utilization), Number(seed));
  if (run >= 0) times.push((process.cpuUsage().user - before) / 1_000);
}
console.log(JSON.stringify({ overriddenDuration: median(times), mean }));
