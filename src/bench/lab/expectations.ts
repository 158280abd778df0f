import type { Report, Turn } from './protocol.ts';

/**
 * What is expected of a guest at this moment, for whoever has to tell a guest that hangs from one that has nothing to
 * do: it boots, a level above it boots, or one of them has the turn.
 */
export class Expectations {
  readonly #level: number;
  /** Levels that boot, from the guest upward. */
  readonly #booting: Set<number>;
  #turn: Turn | null = null;
  #contending = false;
  #lastHeard = 0;
  #step = '';

  constructor(level: number) {
    this.#level = level;
    this.#booting = new Set([level]);
  }

  /** @param now in milliseconds, as of all the others */
  heard(now: number): void {
    this.#lastHeard = now;
  }

  turn(turn: Turn, now: number): void {
    this.#turn = turn;
    this.#step = describe(turn.workload, turn.level, this.#level);
    this.heard(now);
  }

  contention(now: number): void {
    this.#contending = true;
    this.heard(now);
  }

  take(report: Report, now: number): void {
    this.heard(now);
    switch (report.type) {
      case 'boot':
        this.#booting.add(report.level);
        this.#step = describe('boot', report.level, this.#level);
        return;
      case 'level':
      case 'gave-up':
        this.#booting.delete(report.level);
        this.#step = '';
        return;
      case 'lost':
        if (this.#turn !== null && this.#turn.level >= report.level) this.#turn = null;
        return;
      case 'turn-done':
        this.#turn = null;
        return;
      case 'contended':
        this.#contending = false;
        return;
      case 'progress':
        this.#step = describe(report.step, report.level, this.#level);
        return;
      case 'hello':
      case 'alive':
      case 'record':
      case 'mark':
      case 'share':
      case 'failed':
    }
  }

  any(): boolean {
    return this.#contending || this.#turn !== null || this.#booting.size > 0;
  }

  /** Whether the guest or a level above it boots: then nothing is measured. */
  booting(): boolean {
    return this.#booting.size > 0;
  }

  silentSeconds(now: number): number {
    return (now - this.#lastHeard) / 1000;
  }

  /** What it was last told, or said, that it does. */
  step(): string {
    return this.#step;
  }
}

const describe = (step: string, level: number, own: number): string =>
  level === own ? step : `${step} (level ${level})`;
