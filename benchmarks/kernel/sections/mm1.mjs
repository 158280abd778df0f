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
 * Each run in a process of its own, as a program that simulates with one of them has only that one in it, and with the
 * bare loop beside it: that one above all has two speeds, from one process to the next, and keeps to its own within it.
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
    [CEILING, 2e5, alone('./mm1-ceiling.mjs', 'mm1Ceiling')],
    [API, 2e5, alone('./mm1-events.mjs', 'mm1BareSimulation')],
    [QUEUE, 2e5, alone('./mm1-events.mjs', 'mm1EventsWithoutStatistics')],
    [OURS, 2e5, alone('./mm1-events.mjs', 'mm1Events')],
    [PROCESSES, 2e5, alone('./mm1-processes.mjs', 'mm1Processes')],
    ['simjs 2.0.3', 2e4, alone('./simjs.mjs', 'mm1Simjs')],
    ['simscript 1.0.37', 5e2, alone('./mm1-simscript.mjs', 'mm1Simscript')],
    ...(simpy === null ? [] : [[`SimPy ${simpy}`, 2e4, (customers) => mm1Simpy(customers, UTILIZATION, SEED)]]),
  ];
  const means = new Map();
  const toCeiling = new Map(candidates.map(([name]) => [name, []]));
  const contenders = candidates.map(([name, customers, model]) => {
    const units = Math.round(customers * scale);
    const run = () => {
      const { mean, overriddenDuration, ceilingEach } = model(units);
      means.set(name, mean);
      if (ceilingEach !== undefined) toCeiling.get(name).push((ceilingEach * units) / overriddenDuration);
      return { overriddenDuration };
    };
    return { name, units, run };
  });
  // Every process warms up by itself.
  const rates = await race(contenders, { rounds, warmUp: 0 });
  heading('M/M/1, utilization 0.9: customers a second of processor time (the mean time in system should be near 10)');
  table(
    ['', 'customers', 'customers/s', 'ns a customer', 'times the bare loop beside it', 'mean'],
    contenders.map(({ name, units }) => [
      name,
      units,
      millions(median(rates.get(name))),
      times(spreadOf(rates.get(name).map((rate) => 1e9 / rate))),
      toCeiling.get(name).length === 0 ? '' : times(spreadOf(toCeiling.get(name))),
      means.get(name).toFixed(2),
    ]),
  );
  const seen = (of, to) => ratio(rates, of, to).median;
  console.log(`events / ceiling: ${verdict(median(toCeiling.get(OURS)), 0.7)}`);
  console.log(`events / simjs: ${verdict(seen(OURS, 'simjs 2.0.3'), 10)}`);
  if (simpy === null) {
    console.log('SimPy is not on this machine (Debian: apt-get install python3-simpy3)');
    return;
  }
  console.log(`events / SimPy: ${verdict(seen(OURS, `SimPy ${simpy}`), 40)}`);
  console.log(`processes / SimPy: ${verdict(seen(PROCESSES, `SimPy ${simpy}`), 20)}`);
}

const spreadOf = (values) => ({
  median: median(values),
  least: Math.min(...values),
  greatest: Math.max(...values),
});
