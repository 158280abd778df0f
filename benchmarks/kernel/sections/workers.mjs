import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { heading, table, times, verdict } from '../print.mjs';
import { median } from '../race.mjs';

/** Many and short, so that one worker with nothing left to do waits little for the other. */
const REPLICATIONS = 48;

const url = new URL('../models/replications-worker.mjs', import.meta.url);

function thread() {
  const worker = new Worker(url);
  worker.setMaxListeners(0);
  return { events: worker, send: (request) => worker.postMessage(request), end: () => worker.terminate() };
}

/** The same, sharing nothing with the other but the machine. */
function processBeside() {
  const child = fork(fileURLToPath(url), { serialization: 'advanced' });
  child.setMaxListeners(0);
  const end = async () => {
    child.disconnect();
    await once(child, 'exit');
  };
  return { events: child, send: (request) => child.send(request), end };
}

/** Replications handed to workers as they come free, their results in replication order. */
function replicate(workers, task, amount) {
  const results = [];
  let next = 0;
  return Promise.all(
    workers.map(
      (worker) =>
        new Promise((resolve, reject) => {
          const give = () => {
            if (next < REPLICATIONS) worker.send({ task, replication: next++, amount });
            else {
              worker.events.off('message', take);
              resolve();
            }
          };
          const take = ({ replication, result }) => {
            results[replication] = result;
            give();
          };
          worker.events.on('message', take);
          worker.events.once('error', reject);
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
  const threads = [thread(), thread()];
  const processes = [processBeside(), processBeside()];
  const simulated = Math.round(1.5e5 * scale);
  const THREADS = 'M/M/1 in threads';
  const contenders = [
    { name: THREADS, pair: threads, task: 'simulate', amount: simulated },
    { name: 'M/M/1 in processes (what this machine can give)', pair: processes, task: 'simulate', amount: simulated },
    { name: 'arithmetic in registers, in threads', pair: threads, task: 'bare', amount: Math.round(1e7 * scale) },
  ];
  // Threads start once and stay, as those of the command line's pool do: what is compared is replications.
  for (const { pair, task, amount } of contenders) await replicate(pair, task, amount);

  const ratios = new Map(contenders.map(({ name }) => [name, []]));
  const inflations = [];
  const answers = new Set();
  for (let round = 0; round < rounds; round++) {
    const first = round % contenders.length;
    for (const { name, pair, task, amount } of [...contenders.slice(first), ...contenders.slice(0, first)]) {
      const alone = await measured(pair.slice(0, 1), task, amount);
      const both = await measured(pair, task, amount);
      ratios.get(name).push(alone.milliseconds / both.milliseconds);
      if (name === THREADS) inflations.push(both.processorTime / alone.processorTime);
      if (task === 'simulate') answers.add(alone.bytes).add(both.bytes);
    }
  }
  await Promise.all([...threads, ...processes].map((worker) => worker.end()));

  const spreadOf = (values) => ({
    median: median(values),
    least: Math.min(...values),
    greatest: Math.max(...values),
  });
  heading(`Two workers against one: ${REPLICATIONS} replications, wall time (other programs count)`);
  table(
    ['', 'two / one', 'threads / it'],
    contenders.map(({ name }) => [
      name,
      times(spreadOf(ratios.get(name))),
      times(spreadOf(ratios.get(THREADS).map((ratio, round) => ratio / ratios.get(name)[round]))),
    ]),
  );
  // What two threads do more than one: of it, other programs change little.
  console.log(`processor time of both threads / of one: ${times(spreadOf(inflations))}`);
  console.log(answers.size === 1 ? 'results: identical bytes, in one, two, threads or processes' : 'results: DIFFERENT');
  console.log(`two / one: ${verdict(median(ratios.get(THREADS)), 1.8)}`);
}
