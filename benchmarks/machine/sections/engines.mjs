import { fileURLToPath } from 'node:url';
import { openLibrary } from '../../../dist/library/library.js';
import { aloneOnMetal } from '../../../dist/model/machine/alone-on-metal.js';
import { compile } from '../../../dist/model/scenario/compile.js';
import { heading, table, times, verdict } from '../../kernel/print.mjs';
import { median } from '../../kernel/race.mjs';
import { leastWork } from './least.mjs';
import { timed } from './measure.mjs';

export const LABS = [
  ['30 seats, three levels', new URL('../three-levels.yaml', import.meta.url)],
  ['30 seats of the sample lab', new URL('../thirty-seats.yaml', import.meta.url)],
];
const SECONDS = 8;
const WANTED = 20;

export function scenarioOf(url) {
  const loaded = openLibrary().loadScenario(fileURLToPath(url), {});
  if (!loaded.ok) throw new Error(JSON.stringify(loaded));
  return loaded.value.scenario;
}

/**
 * How many times faster the fluid engine answers: the same replication by each, in turn; the rounds' ratios. And how many
 * times faster any engine could that follows every job (least.mjs).
 */
export async function engines(rounds) {
  heading(`Fluid engine against exact, ${SECONDS} simulated seconds, CPU time; median ratio (least ... greatest)`);
  const rows = [];
  const reached = [];
  for (const [name, url] of LABS) {
    const nested = compile(scenarioOf(url));
    const machines = [['nested', nested], ['alone on the metal', aloneOnMetal(nested)]];
    const ratios = machines.map(() => []);
    const both = [];
    const bounds = [];
    // The first rounds, in which the engine compiles, do not count.
    for (let round = -2; round < rounds; round++) {
      const took = machines.map(([, specification], index) => {
        const exact = timed('exact', specification, SECONDS, round + 2).took;
        const fluid = timed('fluid', specification, SECONDS, round + 2).took;
        if (round >= 0) ratios[index].push(exact / fluid);
        return { exact, fluid };
      });
      const least = leastWork(nested, 1 + SECONDS, round + 2);
      if (round >= 0) bounds.push(took[0].exact / least.took);
      if (round >= 0) both.push((took[0].exact + took[1].exact) / (took[0].fluid + took[1].fluid));
    }
    const of = (values) => times({ median: median(values), least: Math.min(...values), greatest: Math.max(...values) });
    rows.push([name, ...ratios.map(of), of(both), of(bounds)]);
    reached.push([name, median(ratios[0])]);
  }
  table(['lab', 'nested', 'alone on the metal', 'a whole replication', 'draws, waits, records alone'], rows);
  for (const [name, value] of reached) console.log(`${name}, nested: ${verdict(value, WANTED)}`);
}
