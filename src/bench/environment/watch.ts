import { readFileSync } from 'node:fs';
import { type CpuTime, parseCpuTime, stealShare } from './cpu-time.ts';
import type { Facts } from './facts.ts';

const CLOCK_SOURCE = '/sys/devices/system/clocksource/clocksource0/current_clocksource';

export interface WatchReading {
  readonly at: number;
  readonly cpu: CpuTime | null;
  /** Share of one CPU that this process took since the end of the reading before, handing on reports included; or null. */
  readonly idleShare: number | null;
}

/** How long a level above was timed, and CPU time that this process took meanwhile. */
export interface QuietReading {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** What a level's agent does for the levels above it. */
export interface ForLevelsAbove {
  /** CPU time this process has taken to count their exits, in ms: work they asked for. */
  readonly countingMs: () => number;
  /** Since it was asked last. */
  readonly quiet: () => QuietReading;
}

/**
 * What may disturb a measurement, as the level that measures sees it: time that was stolen from it, another clock
 * source, and how much this process itself took while others measured, and while it had not the turn.
 */
export class Watch {
  readonly #above: ForLevelsAbove | undefined;
  #ended: { readonly at: number; readonly used: number } | null = null;

  constructor(above?: ForLevelsAbove) {
    this.#above = above;
  }

  begin(): WatchReading {
    const at = performance.now();
    const idle = this.#ended === null ? 0 : at - this.#ended.at;
    return {
      at,
      cpu: cpuTime(),
      idleShare: idle < LONG_ENOUGH_MS ? null : (this.#usedMs() - this.#ended!.used) / idle,
    };
  }

  end({ at, cpu, idleShare }: WatchReading): Facts {
    const now = performance.now();
    const after = cpuTime();
    const quiet = this.#above?.quiet() ?? { seconds: 0, cpuSeconds: 0 };
    const facts: Facts = {
      'clock-source': readText(CLOCK_SOURCE),
      seconds: rounded((now - at) / 1000),
      'steal-share': cpu === null || after === null ? 0 : rounded(stealShare(cpu, after)),
      ...(idleShare === null ? {} : { 'agent-idle-share': rounded(idleShare) }),
      ...(quiet.seconds === 0
        ? {}
        : { 'quiet-seconds': rounded(quiet.seconds), 'quiet-cpu-seconds': rounded(quiet.cpuSeconds) }),
    };
    this.#ended = { at: performance.now(), used: this.#usedMs() };
    return facts;
  }

  #usedMs(): number {
    return ownCpuMs() - (this.#above?.countingMs() ?? 0);
  }
}

/** CPU time is counted in ticks of some milliseconds: a share of less time than this would be noise. */
const LONG_ENOUGH_MS = 1000;

/** CPU time of this process so far, in ms. */
export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function cpuTime(): CpuTime | null {
  return parseCpuTime(readText('/proc/stat'));
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

const rounded = (value: number): number => Math.round(value * 1e5) / 1e5;
