import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { heading, millions, table, verdict } from '../../kernel/print.mjs';
import { crowd, lab, learning } from '../machines.mjs';
import { timed } from './measure.mjs';

const SCALE = '512 L1 and 1,024 L2 vCPUs, 64 CPUs';
const WANTED = 3;
const CASES = [
  ['12 seats, 96 CPUs, MAC learning', lab(12, 96, 40, learning), 60],
  ['12 seats, 96 CPUs, promiscuous', lab(12, 96, 40, { ...learning, promiscuous: true, macLearning: false }), 20],
  ['12 seats, 12 CPUs: contended', lab(12, 12, 40, learning), 60],
  [SCALE, crowd(128, 64), 160],
];

/** Simulated seconds before what is timed: the engine is compiled, and for the machine it is to run. */
const FIRST = 20;

/**
 * Rates of the exact engine, the best of the rounds, each machine in a process of its own: what one of another kind left
 * in V8's feedback slows the next one down. A *scheduling event* is what a trace of the schedulers would have:
 * a wake-up, a switch (to idle and from it too) or a migration, at any layer. A *timer event* is what the kernel's queue
 * hands out: the end of a burst, an arrival, a look at a turn. A *decision* is a CPU of any layer choosing what to run.
 */
export function rates(rounds) {
  heading('Exact engine: rates by CPU time, best of the rounds');
  const best = CASES.map(() => null);
  for (let round = 0; round < rounds; round++) {
    for (let index = 0; index < CASES.length; index++) {
      const file = fileURLToPath(import.meta.url);
      const said = execFileSync(process.execPath, [file, String(index), String(round)], { encoding: 'utf8' });
      const outcome = JSON.parse(said);
      if (best[index] === null || outcome.took < best[index].took) best[index] = outcome;
    }
  }
  const rows = CASES.map(([name, , seconds], index) => {
    const { measured, took } = best[index];
    const { events, decisions, schedulingEvents } = measured;
    return [
      name,
      schedulingEvents === undefined ? '-' : millions(schedulingEvents / took),
      millions(decisions / took),
      millions(events / took),
      (took / (seconds + 1)).toFixed(4),
    ];
  });
  table(['machine', 'scheduling events', 'decisions', 'timer events', 'CPU s per simulated s'], rows);
  const { measured, took } = best[CASES.findIndex(([name]) => name === SCALE)];
  console.log(`${SCALE}, M scheduling events/s: ${verdict(measured.schedulingEvents / took / 1e6, WANTED)}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, specification, seconds] = CASES[Number(process.argv[2])];
  timed('exact', specification, FIRST, 0);
  const { measured, took } = timed('exact', specification, seconds, Number(process.argv[3]));
  const { events, decisions, schedulingEvents } = measured;
  console.log(JSON.stringify({ measured: { events, decisions, schedulingEvents }, took }));
}
