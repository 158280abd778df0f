import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CpuTime, parseCpuTime, stealShare } from './cpu-time.ts';
import type { Facts } from './facts.ts';

/** Running and waiting for a processor, in nanoseconds, over all threads of a process. */
interface ScheduledTime {
  readonly ran: number;
  readonly waited: number;
}

interface MachineReading {
  readonly wall: number;
  readonly monotonic: number;
  readonly cpu: CpuTime | null;
  readonly throttled: number;
  readonly emulator: ScheduledTime | null;
}

/**
 * What may disturb a block on the machine that the lab runs on. How long the emulator's threads were ready and did not
 * run says more than any load average: it is the time that others took from the lab.
 */
export class MachineWatch {
  readonly #root: string;
  readonly #before: MachineReading;
  readonly #pid: number | null;

  /** @param pid the process that emulates the metal, if there is one */
  constructor(pid: number | null, root = '/') {
    this.#root = root;
    this.#pid = pid;
    this.#before = this.#read();
  }

  end(): Facts {
    const before = this.#before;
    const after = this.#read();
    const throttled = after.throttled - before.throttled;
    const jump = (after.wall - before.wall - (after.monotonic - before.monotonic)) / 1000;
    return {
      load: this.#text('proc/loadavg').split(' ')[0] ?? '',
      'steal-share':
        before.cpu === null || after.cpu === null ? 0 : rounded(stealShare(before.cpu, after.cpu)),
      ...emulatorShare(before.emulator, after.emulator),
      ...(throttled > 0 ? { throttled } : {}),
      ...(Math.abs(jump) > 0.01 ? { 'clock-jump-seconds': rounded(jump) } : {}),
    };
  }

  #read(): MachineReading {
    return {
      wall: Date.now(),
      monotonic: performance.now(),
      cpu: parseCpuTime(this.#text('proc/stat')),
      throttled: this.#throttled(),
      emulator: this.#pid === null ? null : this.#scheduled(this.#pid),
    };
  }

  /** /proc/PID/task/TID/schedstat: ran, waited, time slices (Documentation/scheduler/sched-stats.rst). */
  #scheduled(pid: number): ScheduledTime | null {
    const tasks = this.#names(`proc/${pid}/task`);
    if (tasks.length === 0) return null;
    let ran = 0;
    let waited = 0;
    for (const task of tasks) {
      const [running = 0, waiting = 0] = this.#text(`proc/${pid}/task/${task}/schedstat`)
        .split(' ')
        .map(Number);
      ran += running;
      waited += waiting;
    }
    return { ran, waited };
  }

  #throttled(): number {
    return this.#names('sys/devices/system/cpu')
      .filter((name) => /^cpu\d+$/.test(name))
      .reduce(
        (sum, name) =>
          sum + Number(this.#text(`sys/devices/system/cpu/${name}/thermal_throttle/core_throttle_count`)),
        0,
      );
  }

  #names(path: string): readonly string[] {
    try {
      return readdirSync(join(this.#root, path));
    } catch {
      return [];
    }
  }

  #text(path: string): string {
    try {
      return readFileSync(join(this.#root, path), 'utf8').trim();
    } catch {
      return '';
    }
  }
}

function emulatorShare(before: ScheduledTime | null, after: ScheduledTime | null): Facts {
  if (before === null || after === null) return {};
  const ran = after.ran - before.ran;
  const waited = after.waited - before.waited;
  // Threads that ended in between take their time with them.
  if (ran <= 0 || waited < 0) return {};
  return {
    'emulator.ran-seconds': rounded(ran / 1e9),
    'emulator.waiting-share': rounded(waited / (ran + waited)),
  };
}

const rounded = (value: number): number => Math.round(value * 1e5) / 1e5;
