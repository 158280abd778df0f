import { readFile, stat } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { MAX_RECORD_BYTES, RecordError, readRecord } from './read-record.ts';
import type { BenchRecord } from './record.ts';

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'found no such file, expected a record written by nestmark bench --out',
  EACCES: 'found a file that may not be read, expected read permission',
  EISDIR: 'found a directory, expected a record',
};

/** The first bytes of a gzip file (RFC 1952): a record that is kept for years is a tenth as large. */
const GZIP = Buffer.from([0x1f, 0x8b]);

/** What a file is, is told by its ending: whether it is a record, packed or not. */
export const isRecordFile = (file: string): boolean => /\.jsonl(\.gz)?$/.test(file);

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
    const bytes = await readFile(file);
    return readRecord(
      (bytes.subarray(0, 2).equals(GZIP) ? unpacked(bytes, refuse) : bytes).toString('utf8'),
      file,
    );
  } catch (error) {
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
    throw reason === undefined ? error : refuse(reason);
  }
}

function unpacked(bytes: Buffer, refuse: (message: string) => RecordError): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_RECORD_BYTES });
  } catch (error) {
    throw refuse(`found a gzip file that cannot be unpacked: ${(error as Error).message}`);
  }
}
