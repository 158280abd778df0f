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
  await Promise.all(workers.map((worker) => worker.terminate()));
  return { milliseconds, bytes: JSON.stringify(results) };
}

export async function workers({ rounds, scale }) {
  const customers = Math.round(3e5 * scale);
  const ratios = [];
  let identical = true;
  for (let round = 0; round < rounds; round++) {
    const one = await replicate(1, customers);
    const two = await replicate(2, customers);
    ratios.push(one.milliseconds / two.milliseconds);
    identical &&= one.bytes === two.bytes;
  }
  const spread = { median: median(ratios), least: Math.min(...ratios), greatest: Math.max(...ratios) };
  heading(`Two workers against one: ${REPLICATIONS} replications of M/M/1, wall time (other programs count)`);
  table(['two / one', 'results'], [[times(spread), identical ? 'identical bytes' : 'DIFFERENT']]);
  console.log(`two / one: ${verdict(spread.median, 1.8)}`);
}
