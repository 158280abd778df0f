import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { FileNotWritten, refuseNoFile } from './file-not-written.ts';
import type { RecordEnd, RecordHeader, RecordLine } from './record.ts';
import { recordLineSchema } from './schema.ts';

/** Where a run's lines are until it is complete. */
export const partialPath = (file: string): string => `${file}.partial`;

type State = 'open' | 'failed' | 'finishing' | 'finished' | 'aborted';

/**
 * Writes a record line by line to FILE.partial, each line whole and handed to the system before `append` resolves, so
 * that a run that is killed leaves what it measured. FILE itself appears only when the run is complete, at once.
 */
export class RecordWriter {
  readonly file: string;
  readonly #handle: FileHandle;
  #state: State = 'open';
  /** Appends take turns: lines of concurrent callers never mix. */
  #last: Promise<void> = Promise.resolve();

  private constructor(file: string, handle: FileHandle) {
    this.file = file;
    this.#handle = handle;
  }

  /** Starts a new FILE.partial, in place of one that an earlier run may have left. @throws {FileNotWritten} */
  static async create(file: string, header: RecordHeader): Promise<RecordWriter> {
    await refuseNoFile(file);
    const handle = await open(partialPath(file), 'w').catch((error: unknown) => {
      throw new FileNotWritten(file, error);
    });
    const writer = new RecordWriter(file, handle);
    try {
      await writer.append(header);
    } catch (error) {
      await writer.abort({ keepPartial: false });
      throw error;
    }
    return writer;
  }

  /**
   * Goes on with a run that was cut off: the first `length` bytes of FILE.partial stay, and what is after them, the
   * beginning of something that was not finished, goes.
   */
  static async reopen(file: string, length: number): Promise<RecordWriter> {
    const handle = await open(partialPath(file), 'r+');
    await handle.truncate(length);
    await handle.close();
    return new RecordWriter(file, await open(partialPath(file), 'a'));
  }

  /**
   * Lines that are appended together are handed to the system together.
   * @throws {Error} when a line is not a valid record line
   * @throws {FileNotWritten} when it cannot be written (a full disk)
   */
  async append(...lines: readonly RecordLine[]): Promise<void> {
    const text = lines.map((line) => `${JSON.stringify(recordLineSchema.parse(line))}\n`).join('');
    const written = this.#last.then(() => this.#write(text, lines.at(-1)?.kind ?? 'end'));
    this.#last = written.catch(() => undefined);
    await written;
  }

  /** Writes the last line and gives the record its name. When this fails the run can still be aborted. */
  async finish(end: RecordEnd): Promise<void> {
    await this.append(end);
    this.#state = 'finishing';
    // Without this a crash of the machine may leave FILE with its name and without its content.
    await this.#handle.sync();
    await rename(partialPath(this.file), this.file);
    await this.#handle.close();
    this.#state = 'finished';
  }

  /** Ends the run without a record. What was measured so far stays in FILE.partial, or is removed. */
  async abort({ keepPartial }: { readonly keepPartial: boolean }): Promise<void> {
    if (this.#state === 'finished' || this.#state === 'aborted') return;
    await this.#last;
    this.#state = 'aborted';
    await this.#handle.close();
    if (!keepPartial) await rm(partialPath(this.file), { force: true });
  }

  async #write(text: string, kind: RecordLine['kind']): Promise<void> {
    if (this.#state !== 'open') {
      throw new Error(`${this.file}: a line of kind ${kind} came when the record was ${this.#state} already`);
    }
    try {
      await this.#handle.writeFile(text);
    } catch (error) {
      // Part of the line may be in the file: another one after it would be glued to it.
      this.#state = 'failed';
      const left = '; what was measured up to here is in that file';
      throw new FileNotWritten(partialPath(this.file), error, left);
    }
  }
}
