import { Worker } from 'node:worker_threads';
import { heading, table, times, verdict } from '../print.mjs';
import { median } from '../race.mjs';

const REPLICATIONS = 24;

/** Replications handed to workers as they come free, their results in replication order. */
function replicate(workers, task, amount) {
  const results = [];
  let next = 0;
  return Promise.all(
    workers.map(
      (worker) =>
        new Promise((resolve, reject) => {
          const give = () => {
            if (next < REPLICATIONS) worker.postMessage({ task, replication: next++, amount });
            else {
              worker.off('message', take);
              resolve();
            }
          };
          const take = ({ replication, result }) => {
            results[replication] = result;
            give();
          };
          worker.on('message', take);
          worker.once('error', reject);
          give();
        }),
    ),
  ).then(() => results);
}

async function measured(workers, task, amount) {
  const usedBefore = process.cpuUsage().user;
  const started = performance.now();
  const results = await replicate(workers, task, amount);
  const milliseconds = performance.now() - started;
  return { milliseconds, processorTime: process.cpuUsage().user - usedBefore, bytes: JSON.stringify(results) };
}

export async function workers({ rounds, scale }) {
  const url = new URL('../models/replications-worker.mjs', import.meta.url);
  const two = [new Worker(url), new Worker(url)];
  for (const worker of two) worker.setMaxListeners(0);
  const one = two.slice(0, 1);
  const amounts = { simulate: Math.round(3e5 * scale), bare: Math.round(2e7 * scale) };
  // Threads start once and stay, as those of the command line's pool do: what is compared is replications.
  for (const task of Object.keys(amounts)) await replicate(two, task, amounts[task]);

  const ratios = { simulate: [], bare: [] };
  const inflations = { simulate: [], bare: [] };
  let identical = true;
  for (let round = 0; round < rounds; round++) {
    for (const [task, amount] of Object.entries(amounts)) {
      const alone = await measured(one, task, amount);
      const both = await measured(two, task, amount);
      ratios[task].push(alone.milliseconds / both.milliseconds);
      inflations[task].push(both.processorTime / alone.processorTime);
      identical &&= alone.bytes === both.bytes;
    }
  }
  await Promise.all(two.map((worker) => worker.terminate()));

  const spreadOf = (values) => ({
    median: median(values),
    least: Math.min(...values),
    greatest: Math.max(...values),
  });
  const efficiency = ratios.simulate.map((ratio, round) => ratio / ratios.bare[round]);
  heading(`Two workers against one: ${REPLICATIONS} replications, wall time (other programs count)`);
  // Processor time of all threads: what two workers do more than one, which other programs change little.
  table(
    ['', 'two / one', 'processor time, two / one', 'results'],
    [
      ['M/M/1', times(spreadOf(ratios.simulate)), times(spreadOf(inflations.simulate)), identical ? 'identical bytes' : 'DIFFERENT'],
      ['arithmetic in registers (what this machine can give)', times(spreadOf(ratios.bare)), times(spreadOf(inflations.bare)), ''],
      ['M/M/1 / arithmetic', times(spreadOf(efficiency)), '', ''],
    ],
  );
  console.log(`two / one: ${verdict(median(ratios.simulate), 1.8)}`);
}
