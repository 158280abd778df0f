import { simulateWith } from '../../../dist/model/machine/simulate-with.js';

const SECOND = 1e9;

/** CPU seconds of this process: a shared machine's wall time says more about its other users. */
export function timed(engine, specification, seconds, replication) {
  const start = process.cpuUsage().user;
  const measured = simulateWith(engine, specification, {
    seed: 1,
    replication,
    warmUp: SECOND,
    duration: Math.ceil(seconds * SECOND),
  });
  return { measured, took: (process.cpuUsage().user - start) / 1e6 };
}
