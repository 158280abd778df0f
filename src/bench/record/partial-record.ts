import { readFile } from 'node:fs/promises';
import { RecordError, readRecord } from './read-record.ts';
import type { BenchRecord } from './record.ts';
import { partialPath } from './record-writer.ts';

export interface PartialRecord {
  readonly record: BenchRecord;
  /** Bytes of the file that are whole: what comes after them is the beginning of something that was not finished. */
  readonly length: number;
}

/**
 * Reads what a run that was cut off left in FILE.partial.
 *
 * The lines of a turn are written together, with the samples last. A run that was killed may have left the first of
 * them: a line without an end, or counters of which the samples are missing. Neither counts; they are measured again.
 *
 * @throws {RecordError} when there is nothing to resume, or the file is no record
 */
export async function readPartialRecord(file: string): Promise<PartialRecord> {
  const path = partialPath(file);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw refusal(
      path,
      'found no such file, expected what a run that was cut off has left; is the run complete?',
    );
  }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  const lines = whole.split('\n').slice(0, -1);
  while (lines.length > 1 && isCounters(lines.at(-1)!)) lines.pop();
  const kept = lines.map((line) => `${line}\n`).join('');
  const record = readRecord(kept, path);
  if (record.end !== null) throw refusal(path, 'found the end of a record, expected a run that was cut off');
  return { record, length: Buffer.byteLength(kept) };
}

/** Counters at the end of the file have nothing after them, and so no samples. */
function isCounters(line: string): boolean {
  return line.startsWith('{"kind":"counters"');
}

const refusal = (file: string, message: string): RecordError =>
  new RecordError([{ file, line: 0, column: 0, path: '', message }]);
