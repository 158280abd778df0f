/** Puts a stream of bytes together to lines. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  readonly #limit: number;
  #open = '';

  /** @param limit characters after which a line without an end is an error: the other side is not what it should be */
  constructor(onLine: (line: string) => void, limit = 16 * 1024 * 1024) {
    this.#onLine = onLine;
    this.#limit = limit;
  }

  /** @throws {Error} when a line gets longer than the limit, and whatever `onLine` throws */
  push(text: string): void {
    const lines = (this.#open + text).split('\n');
    this.#open = lines.pop() ?? '';
    if (this.#open.length > this.#limit) throw new Error(`a line of more than ${this.#limit} characters`);
    for (const line of lines) if (line !== '') this.#onLine(line);
  }
}
