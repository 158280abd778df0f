import { ownCpuMs, type QuietReading } from './watch.ts';

/**
 * What this process takes while a level above is timed: all it has to do then is to see whether its guest lives. Between
 * measurements it has work that was asked of it, above all to hand on what the levels above report.
 */
export class QuietTime {
  readonly #now: () => number;
  readonly #used: () => number;
  #begun: { readonly at: number; readonly used: number } | null = null;
  #soon: NodeJS.Immediate | undefined;
  #seconds = 0;
  #cpuSeconds = 0;

  /** @param now milliseconds of a clock; @param used CPU time of this process so far, in ms */
  constructor(now: () => number = () => performance.now(), used: () => number = ownCpuMs) {
    this.#now = now;
    this.#used = used;
  }

  /** A level above has been given its turn: it is quiet from when this process goes to sleep over it. */
  begin(): void {
    clearImmediate(this.#soon);
    this.#soon = setImmediate(() => {
      this.#begun = { at: this.#now(), used: this.#used() };
    });
  }

  /** There is something to do again; nothing when it was not quiet. */
  end(): void {
    clearImmediate(this.#soon);
    if (this.#begun === null) return;
    const { at, used } = this.#begun;
    this.#begun = null;
    this.#seconds += (this.#now() - at) / 1000;
    this.#cpuSeconds += (this.#used() - used) / 1000;
  }

  /** What there was since this was called last. */
  take(): QuietReading {
    const reading = { seconds: this.#seconds, cpuSeconds: this.#cpuSeconds };
    this.#seconds = 0;
    this.#cpuSeconds = 0;
    return reading;
  }
}
