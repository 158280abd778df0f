import { mm1Ceiling } from '../models/mm1-ceiling.mjs';
import { mm1Events } from '../models/mm1-events.mjs';
import { mm1Processes } from '../models/mm1-processes.mjs';
import { mm1Simscript } from '../models/mm1-simscript.mjs';
import { mm1Simjs } from '../models/simjs.mjs';
import { mm1Simpy, simpyVersion } from '../models/simpy.mjs';
import { heading, millions, table, times, verdict } from '../print.mjs';
import { median, race, ratio } from '../race.mjs';

const UTILIZATION = 0.9;
const SEED = 1;

const OURS = 'nestmark, events';
const PROCESSES = 'nestmark, processes';
const CEILING = 'bare loop (the ceiling)';

export async function mm1({ rounds, scale }) {
  const simpy = simpyVersion();
  const candidates = [
    [CEILING, 1e6, mm1Ceiling],
    [OURS, 1e6, mm1Events],
    [PROCESSES, 1e6, mm1Processes],
    ['simjs 2.0.3', 1e5, mm1Simjs],
    ['simscript 1.0.37', 3e3, mm1Simscript],
    ...(simpy === null ? [] : [[`SimPy ${simpy}`, 5e4, mm1Simpy]]),
  ];
  const means = new Map();
  const contenders = candidates.map(([name, customers, model]) => {
    const units = Math.round(customers * scale);
    const run = async () => {
      const result = await model(units, UTILIZATION, SEED);
      means.set(name, result.mean ?? result);
      return result.mean === undefined ? undefined : result;
    };
    return { name, units, run };
  });
  const rates = await race(contenders, { rounds });
  heading('M/M/1, utilization 0.9: customers a second of processor time (the mean time in system should be near 10)');
  table(
    ['', 'customers', 'customers/s', `times ${CEILING}`, 'mean'],
    contenders.map(({ name, units }) => [
      name,
      units,
      millions(median(rates.get(name))),
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
