/** Lines kept of a guest's console: a kernel panic with its registers and its call trace. */
const KEPT_LINES = 60;
/** A console without line ends is no reason to fill the memory. */
const MAX_LINE = 400;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is to be removed
const TERMINAL_CODES = /\u001B\[[0-9;?]*[A-Za-z]|\u001Bc|[\u0000-\u0008\u000B-\u001F\u007F]/g;

/** The last lines of a guest's console, without terminal codes. */
export class ConsoleTail {
  readonly #lines: string[] = [];
  #open = '';

  append(text: string): void {
    const lines = (this.#open + text.replaceAll(/\r+\n/g, '\n')).split('\n');
    this.#open = (lines.pop() ?? '').slice(-MAX_LINE);
    for (const line of lines) this.#keep(line);
  }

  /** @param count at most so many, the last one last; blank lines are left out */
  last(count = KEPT_LINES): readonly string[] {
    const open = clean(this.#open);
    return [...this.#lines, ...(open === '' ? [] : [open])].slice(-count);
  }

  #keep(line: string): void {
    const text = clean(line);
    if (text === '') return;
    this.#lines.push(text);
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
  }
}

const clean = (line: string): string => line.replaceAll(TERMINAL_CODES, '').trimEnd().slice(0, MAX_LINE);
