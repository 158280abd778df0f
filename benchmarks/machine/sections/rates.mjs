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
 * Rates of the exact engine, the best of the rounds. A *scheduling event* is what a trace of the schedulers would have:
 * a wake-up, a switch (to idle and from it too) or a migration, at any layer. A *timer event* is what the kernel's queue
 * hands out: the end of a burst, an arrival, a look at a turn. A *decision* is a CPU of any layer choosing what to run.
 */
export function rates(rounds) {
  heading('Exact engine: rates by CPU time, best of the rounds');
  const best = CASES.map(() => null);
  for (let round = 0; round < rounds; round++) {
    CASES.forEach(([, specification, seconds], index) => {
      const { measured, took } = timed('exact', specification, seconds, round);
      if (best[index] === null || took < best[index].took) best[index] = { measured, took };
    });
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
