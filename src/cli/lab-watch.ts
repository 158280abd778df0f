import { type LabProgress, levelName } from '../bench/bench.ts';
import { Progress } from './progress.ts';
import type { Terminal } from './terminal.ts';

/**
 * Says where the lab is: a line that changes on a terminal, and each loss and each disturbed block for good on either.
 * When watched without a terminal, a plain line for everything that begins.
 */
export class LabWatch {
  readonly #progress: Progress;
  readonly #terminal: Terminal;
  readonly #plain: boolean;
  #share = 0;
  /** When the first measurement began, and how many were done by then. */
  #first: { readonly at: number; readonly done: number } | null = null;

  constructor(terminal: Terminal, { watch }: { readonly watch: boolean }) {
    this.#terminal = terminal;
    this.#progress = new Progress(terminal, 'Measuring');
    this.#plain = watch && terminal.err.isTTY !== true;
  }

  show(event: LabProgress): void {
    if (event.kind === 'lost') {
      const lines = event.console.map((line) => `  | ${line}\n`).join('');
      this.#say(`Lost ${levelName(event.level)}: ${event.reason}\n${lines}`);
    } else if (event.kind === 'block' && event.reasons.length > 0) {
      this.#say(`Block ${event.block} is not valid: ${event.reasons.join('; ')}\n`);
    }
    if (event.kind === 'measuring') this.#share = event.planned === 0 ? 0 : event.done / event.planned;
    const text = this.#describe(event);
    this.#progress.show(this.#share, text);
    if (this.#plain && event.kind !== 'lost') this.#terminal.err.write(`${text}\n`);
  }

  clear(): void {
    this.#progress.clear();
  }

  #say(text: string): void {
    this.clear();
    this.#terminal.err.write(text);
  }

  #describe(event: LabProgress): string {
    switch (event.kind) {
      case 'preparing':
        return event.step;
      case 'booting':
        return `booting ${levelName(event.level)}${event.attempt > 1 ? `, attempt ${event.attempt}` : ''}`;
      case 'reached':
        return `${levelName(event.level)} answers after ${event.bootSeconds.toFixed(1)} s`;
      case 'warming':
        return `warming up ${levelName(event.turn.level)}: ${event.turn.workload}`;
      case 'measuring': {
        const { turn, done, planned } = event;
        return `${done + 1}/${planned}${this.#remaining(done, planned)}, block ${turn.block}: ${turn.workload} in ${levelName(turn.level)}`;
      }
      case 'block':
        return `block ${event.block} of ${event.of} measured`;
      case 'lost':
        return `lost ${levelName(event.level)}`;
    }
  }

  /** From the pace so far; nothing before there is one. */
  #remaining(done: number, planned: number): string {
    this.#first ??= { at: performance.now(), done };
    const measured = done - this.#first.done;
    if (measured < ENOUGH_FOR_A_PACE) return '';
    const seconds = ((performance.now() - this.#first.at) / 1000 / measured) * (planned - done);
    return seconds < 90 ? `, ${Math.ceil(seconds)} s left` : `, ${Math.ceil(seconds / 60)} min left`;
  }
}

const ENOUGH_FOR_A_PACE = 20;
