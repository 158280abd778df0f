import { setImmediate as immediately } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { QuietTime } from '../../../src/bench/environment/quiet-time.ts';

/** A clock and a count of CPU time, in ms, that a test sets. */
function quietTime() {
  const clock = { now: 0, used: 0 };
  return {
    clock,
    quiet: new QuietTime(
      () => clock.now,
      () => clock.used,
    ),
  };
}

test('counts what this process takes from a turn until something is said about it, and nothing else', async () => {
  const { clock, quiet } = quietTime();
  Object.assign(clock, { now: 1000, used: 500 });
  quiet.begin();
  await immediately();
  Object.assign(clock, { now: 3000, used: 501 });
  quiet.end();
  // Handing on what was said.
  Object.assign(clock, { now: 3500, used: 900 });
  quiet.end();
  quiet.begin();
  await immediately();
  Object.assign(clock, { now: 5500, used: 903 });
  quiet.end();
  expect(quiet.take()).toEqual({ seconds: 4, cpuSeconds: 0.004 });
  expect(quiet.take()).toEqual({ seconds: 0, cpuSeconds: 0 });
});

test('is nothing when the answer comes before this process has gone to sleep', async () => {
  const { clock, quiet } = quietTime();
  quiet.begin();
  Object.assign(clock, { now: 10, used: 9 });
  quiet.end();
  await immediately();
  Object.assign(clock, { now: 20, used: 18 });
  quiet.end();
  expect(quiet.take()).toEqual({ seconds: 0, cpuSeconds: 0 });
});
