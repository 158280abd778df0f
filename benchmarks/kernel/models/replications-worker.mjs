import { parentPort } from 'node:worker_threads';
import { MM1 } from './mm1-events.mjs';

parentPort.on('message', ({ replication, customers }) => {
  const model = new MM1(0.9, 1, replication);
  model.run(customers);
  const { mean, variance } = model.sojourns;
  parentPort.postMessage({ replication, mean, variance, p99: model.histogram.quantile(0.99) });
});
