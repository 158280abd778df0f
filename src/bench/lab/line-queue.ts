import type { RecordLine } from '../record/record.ts';

export type OnLines = (lines: readonly RecordLine[]) => void | Promise<void>;

/** Calls back batch by batch, each after the one before is done with. */
export class LineQueue {
  readonly #onLines: OnLines;
  #onFailure: () => void = () => undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(onLines: OnLines) {
    this.#onLines = onLines;
  }

  /** @param onFailure called when a line could not be handed on; those after it are not */
  onFailure(onFailure: () => void): void {
    this.#onFailure = onFailure;
    this.#last.catch(onFailure);
  }

  push(lines: readonly RecordLine[]): void {
    this.#last = this.#last.then(() => this.#onLines(lines));
    // Told by `drained`; until then it is no unhandled rejection.
    this.#last.catch(() => this.#onFailure());
  }

  /** @throws what the first line that failed failed with */
  drained(): Promise<void> {
    return this.#last;
  }
}
