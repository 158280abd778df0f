import type { Terminal } from './terminal.ts';

const BAR_WIDTH = 24;
const ERASE_LINE = '\r\u001B[2K';

/** A line that says how far something is; silent when nobody watches. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #title: string;

  constructor(terminal: Terminal, title: string) {
    this.#terminal = terminal;
    this.#title = title;
  }

  /** `share` from 0 to 1; `detail` says what is being done now. */
  show(share: number, detail: string): void {
    if (this.#terminal.err.isTTY !== true) return;
    const filled = Math.round(Math.min(1, Math.max(0, share)) * BAR_WIDTH);
    const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
    const line = `${this.#title} ${bar} ${detail}`;
    this.#terminal.err.write(ERASE_LINE + line.slice(0, Math.max(20, this.#terminal.columns - 1)));
  }

  clear(): void {
    if (this.#terminal.err.isTTY === true) this.#terminal.err.write(ERASE_LINE);
  }
}
