import { readFile, stat } from 'node:fs/promises';
import { MAX_RECORD_BYTES, RecordError, readRecord } from './read-record.ts';
import type { BenchRecord } from './record.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'found no such file, expected a record written by nestmark bench --out',
  EACCES: 'found a file that may not be read, expected read permission',
  EISDIR: 'found a directory, expected a record',
};

/** @throws {RecordError} when the file cannot be read or is not a record */
export async function readRecordFile(file: string): Promise<BenchRecord> {
  const refuse = (message: string): RecordError =>
    new RecordError([{ file, line: 0, column: 0, path: '', message }]);
  try {
    const { size } = await stat(file);
    if (size > MAX_RECORD_BYTES) {
      throw refuse(
        `found ${Math.ceil(size / 1024 / 1024)} MiB, expected a record of at most ${MAX_RECORD_BYTES / 1024 / 1024} MiB`,
      );
    }
    return readRecord(await readFile(file, 'utf8'), file);
  } catch (error) {
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
    throw reason === undefined ? error : refuse(reason);
  }
}
