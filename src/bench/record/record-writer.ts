import { type FileHandle, open, rename, rm, stat } from 'node:fs/promises';
import type { RecordEnd, RecordHeader, RecordLine } from './record.ts';
import { recordLineSchema } from './schema.ts';

/** Where a run's lines are until it is complete. */
export const partialPath = (file: string): string => `${file}.partial`;

/** The record cannot be written: no such directory, no permission, a full disk. The message says which, and what is left. */
export class RecordNotWritten extends Error {
  override readonly name = 'RecordNotWritten';

  constructor(file: string, cause: unknown, after = '') {
    const { code, message } = cause as NodeJS.ErrnoException;
    super(`${file}: ${REASONS[code ?? ''] ?? message}${after}`, { cause });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file has become as large as this process may write',
  ENOENT: 'there is no such directory, expected one that exists',
  EACCES: 'may not be written by this user',
  EROFS: 'is on a file system that is read-only',
  EISDIR: 'is there and is no file, expected the name of one',
};

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

  /** Starts a new FILE.partial, in place of one that an earlier run may have left. @throws {RecordNotWritten} */
  static async create(file: string, header: RecordHeader): Promise<RecordWriter> {
    const notWritten = (error: unknown): never => {
      throw new RecordNotWritten(file, error);
    };
    // FILE takes the place of whatever has its name, at the end of a run: of a record, but not of a directory or a device.
    const there = await stat(file).catch(() => null);
    if (there !== null && !there.isFile()) notWritten(Object.assign(new Error(), { code: 'EISDIR' }));
    const handle = await open(partialPath(file), 'w').catch(notWritten);
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
   * @throws {RecordNotWritten} when it cannot be written (a full disk)
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
      throw new RecordNotWritten(partialPath(this.file), error, left);
    }
  }
}
