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

/**
 * Times the same is simulated before what is timed. The first takes a quarter longer than the third, for V8 compiles the
 * engine meanwhile, much of it several times; from the third on they take the same.
 */
const FIRST = 2;

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
    const { measured, took, cold } = best[index];
    const { events, decisions, schedulingEvents } = measured;
    return [
      name,
      millions(schedulingEvents / took),
      millions(decisions / took),
      millions(events / took),
      millions(schedulingEvents / cold),
      (took / (seconds + 1)).toFixed(4),
    ];
  });
  table(['machine', 'scheduling events', 'decisions', 'timer events', 'scheduling events, first run', 'CPU s per simulated s'], rows);
  const { measured, took } = best[CASES.findIndex(([name]) => name === SCALE)];
  console.log(`${SCALE}, M scheduling events/s: ${verdict(measured.schedulingEvents / took / 1e6, WANTED)}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, specification, seconds] = CASES[Number(process.argv[2])];
  const round = Number(process.argv[3]);
  const cold = timed('exact', specification, seconds, round).took;
  for (let run = 1; run < FIRST; run++) timed('exact', specification, seconds, round);
  const { measured, took } = timed('exact', specification, seconds, round);
  const { events, decisions, schedulingEvents } = measured;
  console.log(JSON.stringify({ measured: { events, decisions, schedulingEvents }, took, cold }));
}
