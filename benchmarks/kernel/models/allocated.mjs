// Run with --expose-gc and a young generation larger than anything allocated here, so that nothing is collected on
// the way: prints a line of JSON, bytes allocated and bytes kept over the given number of events.
import { holdEventQueue } from './hold.mjs';
import { MM1 } from './mm1-events.mjs';

const EVENTS = Number(process.argv[3]);

function mm1() {
  const model = new MM1(0.9, 1);
  return (events) => model.run(events / 2);
}

const MODELS = { mm1, hold: () => holdEventQueue(256), many: () => holdEventQueue(65_536) };

const run = MODELS[process.argv[2]]();
for (let i = 0; i < 4; i++) run(1e6);
globalThis.gc();
const before = process.memoryUsage().heapUsed;
run(EVENTS);
const allocated = process.memoryUsage().heapUsed - before;
globalThis.gc();
const kept = process.memoryUsage().heapUsed - before;
console.log(JSON.stringify({ allocated, kept }));
