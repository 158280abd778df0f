// A worker without Node: everything that a browser's worker does not have is taken away before the model is loaded.
import { parentPort, workerData } from 'node:worker_threads';

for (const name of ['process', 'Buffer', 'global', 'setImmediate', 'clearImmediate', 'require', 'module']) {
  delete globalThis[name];
}
const clock = () => {
  throw new Error('the model looked at a clock');
};
Date.now = clock;
performance.now = clock;
Math.random = () => {
  throw new Error('the model used Math.random');
};

const load = (path) => import(new URL(path, workerData.dist).href);
const [{ readScenario }, { ReadSources }, { compile }, { runReplication }, { summarise }] = await Promise.all(
  [
    load('model/scenario/read-scenario.js'),
    load('model/scenario/sources.js'),
    load('model/scenario/compile.js'),
    load('model/experiment/replication.js'),
    load('model/experiment/summarise.js'),
  ],
);
const sources = {
  find: (kind, name) => {
    const text = workerData.files[`${kind}/${name}`];
    return text === undefined
      ? { found: false, known: Object.keys(workerData.files) }
      : { found: true, file: `${name}.yaml`, text };
  },
  catalogues: () => [],
};
const read = readScenario('lab.yaml', workerData.scenario, new ReadSources(sources), {});
if (!read.ok) throw new Error(JSON.stringify(read.problems));
const { exercise, targets, seats } = read.value;
const plan = {
  specification: compile(read.value),
  seed: 7,
  warmUp: exercise.warmUp,
  duration: exercise.duration,
};
const outcomes = [0, 1].map((replication) => runReplication(plan, replication));
const { rows } = summarise(outcomes, { exercise, targets, seats, probes: new Set(['hypervisor/desktop']) });
parentPort.postMessage(JSON.stringify(rows));
