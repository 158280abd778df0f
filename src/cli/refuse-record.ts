import { RecordError } from '../bench/record/read-record.ts';
import type { BenchRecord } from '../bench/record/record.ts';
import { readRecordFile } from '../bench/record/record-file.ts';
import { UserError } from './exit-code.ts';

/**
 * A record, or the end of the command with what is wrong with its file.
 * @throws {UserError} one line for each problem.
 */
export async function recordOrRefuse(file: string): Promise<BenchRecord> {
  try {
    return await readRecordFile(file);
  } catch (error) {
    throw error instanceof RecordError ? new UserError(error.message) : error;
  }
}
