import { Worker } from 'node:worker_threads';
import { heading, table, times, verdict } from '../print.mjs';
import { median } from '../race.mjs';

const REPLICATIONS = 24;

/** Replications handed to workers as they come free, merged in replication order. */
async function replicate(count, customers) {
  const url = new URL('../models/replications-worker.mjs', import.meta.url);
  const workers = Array.from({ length: count }, () => new Worker(url));
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('online', resolve))));
  const results = [];
  let next = 0;
  const usedBefore = process.cpuUsage().user;
  const started = performance.now();
  await Promise.all(
    workers.map(
      (worker) =>
        new Promise((resolve, reject) => {
          const give = () => {
            if (next === REPLICATIONS) resolve();
            else worker.postMessage({ replication: next++, customers });
          };
          worker.on('message', (result) => {
            results[result.replication] = result;
            give();
          });
          worker.on('error', reject);
          give();
        }),
    ),
  );
  const milliseconds = performance.now() - started;
  const processorTime = process.cpuUsage().user - usedBefore;
  await Promise.all(workers.map((worker) => worker.terminate()));
  return { milliseconds, processorTime, bytes: JSON.stringify(results) };
}

export async function workers({ rounds, scale }) {
  const customers = Math.round(3e5 * scale);
  const ratios = [];
  const inflations = [];
  let identical = true;
  for (let round = 0; round < rounds; round++) {
    const one = await replicate(1, customers);
    const two = await replicate(2, customers);
    ratios.push(one.milliseconds / two.milliseconds);
    inflations.push(two.processorTime / one.processorTime);
    identical &&= one.bytes === two.bytes;
  }
  const spreadOf = (values) => ({
    median: median(values),
    least: Math.min(...values),
    greatest: Math.max(...values),
  });
  const spread = spreadOf(ratios);
  heading(`Two workers against one: ${REPLICATIONS} replications of M/M/1, wall time (other programs count)`);
  // Processor time of all threads: what two workers do more than one, which other programs change little.
  table(
    ['two / one', 'processor time, two / one', 'results'],
    [[times(spread), times(spreadOf(inflations)), identical ? 'identical bytes' : 'DIFFERENT']],
  );
  console.log(`two / one: ${verdict(spread.median, 1.8)}`);
}
