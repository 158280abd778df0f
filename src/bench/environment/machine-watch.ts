import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { busySeconds, type CpuTime, parseCpuTime, stealShare } from './cpu-time.ts';
import type { Facts } from './facts.ts';
import { ownCpuMs } from './watch.ts';

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
  /** CPU time of this process, which serves the emulated machine, in nanoseconds. */
  readonly own: number;
}

/**
 * What may disturb a block on the machine that the lab runs on. How long the emulator's threads were ready and did not
 * run says more than any load average. They also wait for each other and for this process, which belongs to the lab: two
 * emulated processors, QEMU's main loop and this process on two real ones do at all times. What others took from them
 * (`emulator.lost-share`) is no more than they waited, and no more than others ran: a machine on which something waits
 * has nothing idle, so that without the others the lab would have run for just that long.
 */
export class MachineWatch {
  readonly #root: string;
  readonly #before: MachineReading;
  readonly #pid: number | null;
  readonly #ownMs: () => number;

  /** @param pid the process that emulates the metal, if there is one; @param ownMs CPU time of this one so far, in ms */
  constructor(pid: number | null, root = '/', ownMs: () => number = ownCpuMs) {
    this.#root = root;
    this.#pid = pid;
    this.#ownMs = ownMs;
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
      ...emulatorShares(before, after),
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
      own: this.#ownMs() * 1e6,
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

function emulatorShares(before: MachineReading, after: MachineReading): Facts {
  if (before.emulator === null || after.emulator === null) return {};
  const ran = after.emulator.ran - before.emulator.ran;
  const waited = after.emulator.waited - before.emulator.waited;
  // Threads that ended in between take their time with them.
  if (ran <= 0 || waited < 0) return {};
  const shares = {
    'emulator.ran-seconds': rounded(ran / 1e9),
    'emulator.waiting-share': rounded(waited / (ran + waited)),
  };
  if (before.cpu === null || after.cpu === null) return shares;
  const own = after.own - before.own;
  const others = Math.max(0, busySeconds(before.cpu, after.cpu) * 1e9 - ran - own);
  return {
    ...shares,
    'emulator.lost-share': rounded(Math.min(waited, others) / (ran + waited)),
    'others.ran-seconds': rounded(others / 1e9),
  };
}

const rounded = (value: number): number => Math.round(value * 1e5) / 1e5;
