import { heading, millions, table } from '../../kernel/print.mjs';
import { crowd, lab, learning } from '../machines.mjs';
import { timed } from './measure.mjs';

const CASES = [
  ['12 seats, 96 CPUs, MAC learning', lab(12, 96, 40, learning), 60],
  ['12 seats, 96 CPUs, promiscuous', lab(12, 96, 40, { ...learning, promiscuous: true, macLearning: false }), 20],
  ['12 seats, 12 CPUs: contended', lab(12, 12, 40, learning), 60],
  ['512 L1 and 1,024 L2 vCPUs, 64 CPUs', crowd(128, 64), 20],
];

/** Events and decisions a second of the exact engine: the best of the rounds. */
export function rates(rounds) {
  heading('Exact engine: rates, best of the rounds, and the heap afterwards');
  const best = CASES.map(() => null);
  for (let round = 0; round < rounds; round++) {
    CASES.forEach(([, specification, seconds], index) => {
      const { measured, took } = timed('exact', specification, seconds, round);
      if (best[index] === null || took < best[index].took) best[index] = { measured, took };
    });
  }
  globalThis.gc?.();
  const heap = `${(process.memoryUsage().heapUsed / 2 ** 20).toFixed(0)} MB`;
  const rows = CASES.map(([name, , seconds], index) => {
    const { measured, took } = best[index];
    return [
      name,
      millions(measured.events / took),
      millions(measured.decisions / took),
      (took / (seconds + 1)).toFixed(4),
      heap,
    ];
  });
  table(['machine', 'events', 'decisions', 'CPU s per simulated s', 'heap'], rows);
}
