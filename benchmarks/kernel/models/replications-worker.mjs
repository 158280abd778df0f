import { parentPort } from 'node:worker_threads';
import { MM1 } from './mm1-events.mjs';

/** Integer arithmetic in registers: what a second thread of this machine can give at most. */
function bare(rounds) {
  let x = 1;
  for (let i = 0; i < rounds; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
  }
  return x;
}

const TASKS = {
  simulate({ replication, amount }) {
    const model = new MM1(0.9, 1, replication);
    model.run(amount);
    const { mean, variance } = model.sojourns;
    return { mean, variance, p99: model.histogram.quantile(0.99) };
  },
  bare: ({ amount }) => bare(amount),
};

// A thread of the benchmark's process, or a process beside it.
const answer = parentPort === null ? (reply) => process.send(reply) : (reply) => parentPort.postMessage(reply);
(parentPort ?? process).on('message', (request) => {
  answer({ replication: request.replication, result: TASKS[request.task](request) });
});
