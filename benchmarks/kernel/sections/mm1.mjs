import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { mm1Simpy, simpyVersion } from '../models/simpy.mjs';
import { heading, millions, table, times, verdict } from '../print.mjs';
import { median, race, ratio } from '../race.mjs';

const UTILIZATION = 0.9;
const SEED = 1;

const OURS = 'nestmark, events';
const PROCESSES = 'nestmark, processes';
const CEILING = 'bare loop (the ceiling)';
const API = 'its API, nothing behind it';
const QUEUE = 'nestmark, no statistics';

const program = fileURLToPath(new URL('../models/mm1-alone.mjs', import.meta.url));

/**
 * Each run in a process of its own, as a program that simulates with one of them has only that one in it. The bare loop
 * above all has two speeds, from one process to the next, and within one it keeps to its own.
 */
function alone(file, model) {
  return (customers) => {
    const argv = [program, file, model, customers, UTILIZATION, SEED].map(String);
    return JSON.parse(execFileSync(process.execPath, argv, { encoding: 'utf8' }));
  };
}

export async function mm1({ rounds, scale }) {
  const simpy = simpyVersion();
  const candidates = [
    [CEILING, 1e6, alone('./mm1-ceiling.mjs', 'mm1Ceiling')],
    [API, 1e6, alone('./mm1-events.mjs', 'mm1BareSimulation')],
    [QUEUE, 1e6, alone('./mm1-events.mjs', 'mm1EventsWithoutStatistics')],
    [OURS, 1e6, alone('./mm1-events.mjs', 'mm1Events')],
    [PROCESSES, 1e6, alone('./mm1-processes.mjs', 'mm1Processes')],
    ['simjs 2.0.3', 5e4, alone('./simjs.mjs', 'mm1Simjs')],
    ['simscript 1.0.37', 1.5e3, alone('./mm1-simscript.mjs', 'mm1Simscript')],
    ...(simpy === null ? [] : [[`SimPy ${simpy}`, 5e4, (customers) => mm1Simpy(customers, UTILIZATION, SEED)]]),
  ];
  const means = new Map();
  const contenders = candidates.map(([name, customers, model]) => {
    const units = Math.round(customers * scale);
    const run = () => {
      const { mean, overriddenDuration } = model(units);
      means.set(name, mean);
      return { overriddenDuration };
    };
    return { name, units, run };
  });
  // Every process warms up by itself.
  const rates = await race(contenders, { rounds, warmUp: 0 });
  heading('M/M/1, utilization 0.9: customers a second of processor time (the mean time in system should be near 10)');
  table(
    ['', 'customers', 'customers/s', 'ns a customer', `times ${CEILING}`, 'mean'],
    contenders.map(({ name, units }) => [
      name,
      units,
      millions(median(rates.get(name))),
      nanoseconds(rates.get(name)),
      times(ratio(rates, name, CEILING)),
      means.get(name).toFixed(2),
    ]),
  );
  const seen = (of, to) => ratio(rates, of, to).median;
  console.log(`events / ceiling: ${verdict(seen(OURS, CEILING), 0.7)}`);
  console.log(`events / simjs: ${verdict(seen(OURS, 'simjs 2.0.3'), 10)}`);
  if (simpy === null) {
    console.log('SimPy is not on this machine (Debian: apt-get install python3-simpy3)');
    return;
  }
  console.log(`events / SimPy: ${verdict(seen(OURS, `SimPy ${simpy}`), 40)}`);
  console.log(`processes / SimPy: ${verdict(seen(PROCESSES, `SimPy ${simpy}`), 20)}`);
}

function nanoseconds(rates) {
  const each = rates.map((rate) => 1e9 / rate);
  return times({ median: median(each), least: Math.min(...each), greatest: Math.max(...each) });
}
