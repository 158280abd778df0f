import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MachineWatch } from '../../../src/bench/environment/machine-watch.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'nestmark-machine-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), text);
}

test('how long the emulator waited, over all of its threads', () => {
  put('proc/loadavg', '2.31 1.00 0.50 2/300 77');
  put('proc/stat', 'cpu  100 0 100 800 0 0 0 0 0 0\n');
  put('proc/7/task/7/schedstat', '1000000000 500000000 12');
  put('proc/7/task/8/schedstat', '2000000000 0 3');
  const watch = new MachineWatch(7, root, () => 0);
  put('proc/stat', 'cpu  150 0 110 820 0 0 0 20 0 0\n');
  put('proc/7/task/7/schedstat', '4000000000 1500000000 90');
  expect(watch.end()).toEqual({
    load: '2.31',
    'steal-share': 0.2,
    'emulator.ran-seconds': 3,
    'emulator.waiting-share': 0.25,
    'emulator.lost-share': 0,
    'others.ran-seconds': 0,
  });
});

test.each([
  { name: 'as much as others ran', busyTicks: 1000, others: 2, lost: 0.2 },
  { name: 'no more than it waited', busyTicks: 1700, others: 9, lost: 0.3 },
  { name: 'nothing where only the lab itself ran', busyTicks: 790, others: 0, lost: 0 },
])('what others took from the emulator is $name', ({ busyTicks, others, lost }) => {
  put('proc/stat', 'cpu  100 0 100 800 0 0 0 0 0 0\n');
  put('proc/7/task/7/schedstat', '1000000000 500000000 12');
  let ownMs = 500;
  const watch = new MachineWatch(7, root, () => ownMs);
  // It ran for 7 s and waited for 3, and nestmark itself ran for one; idle, waiting for disks and stolen is no work.
  put('proc/7/task/7/schedstat', '8000000000 3500000000 90');
  ownMs += 1000;
  put('proc/stat', `cpu  ${busyTicks} 20 140 900 40 25 15 5 0 0\n`);
  expect(watch.end()).toMatchObject({
    'emulator.waiting-share': 0.3,
    'emulator.lost-share': lost,
    'others.ran-seconds': others,
  });
});

test('throttling is told when there was some', () => {
  put('sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count', '5\n');
  put('sys/devices/system/cpu/cpufreq/x', '');
  const watch = new MachineWatch(null, root);
  put('sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count', '9\n');
  expect(watch.end()).toEqual({ load: '', 'steal-share': 0, throttled: 4 });
});

test('a machine that tells nothing, and a process that is gone, are no error', () => {
  expect(new MachineWatch(99, root).end()).toEqual({ load: '', 'steal-share': 0 });
});
