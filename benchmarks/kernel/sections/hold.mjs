import {
  holdEventQueue,
  holdFlatQueue,
  holdFlatQueueEvents,
  holdHeapify,
  holdHeapJs,
  holdTinyQueue,
} from '../models/hold.mjs';
import { heading, millions, table, times, verdict } from '../print.mjs';
import { median, race, ratio } from '../race.mjs';

const QUEUES = [
  ['nestmark', holdEventQueue],
  ['flatqueue 3.1.0', holdFlatQueue],
  ['with events', holdFlatQueueEvents],
  ['heapify 1.0.2', holdHeapify],
  ['tinyqueue 3.0.0', holdTinyQueue],
  ['heap-js 2.7.1', holdHeapJs],
];

export async function hold({ rounds, scale }) {
  heading('Hold model: earliest out, back in later; operations a second of processor time');
  console.log('nestmark: ties, cancel, an opcode and two arguments an event; flatqueue and heapify: an id, and neither; with events: its id leads to\nan opcode and two arguments; the others: an object an event');
  const units = Math.round(1e6 * scale);
  const rows = [];
  const verdicts = [];
  for (const pending of [16, 256, 4_096, 65_536]) {
    const contenders = QUEUES.map(([name, make]) => {
      const run = make(pending);
      return { name, units, run: () => run(units) };
    });
    const rates = await race(contenders, { rounds });
    rows.push([
      pending,
      ...QUEUES.map(([name]) => millions(median(rates.get(name)))),
      times(ratio(rates, 'nestmark', 'flatqueue 3.1.0')),
      times(ratio(rates, 'nestmark', 'with events')),
    ]);
    const objects = Math.min(
      ratio(rates, 'nestmark', 'tinyqueue 3.0.0').median,
      ratio(rates, 'nestmark', 'heap-js 2.7.1').median,
    );
    verdicts.push(
      `${pending} pending / flatqueue: ${verdict(ratio(rates, 'nestmark', 'flatqueue 3.1.0').median, 0.9)}`,
      `${pending} pending / better object heap: ${verdict(objects, 2)}`,
    );
  }
  table(['pending', ...QUEUES.map(([name]) => name), 'nestmark / flatqueue', '/ with events'], rows);
  for (const line of verdicts) console.log(line);
}
