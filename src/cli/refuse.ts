import { RecordError } from '../bench/record/read-record.ts';
import type { BenchRecord } from '../bench/record/record.ts';
import { readRecordFile } from '../bench/record/record-file.ts';
import { formatProblem, type Result } from '../model/scenario/problem.ts';
import { UserError } from './exit-code.ts';

/**
 * The value of something read, or the end of the command with what is wrong with the file.
 * @throws {UserError} one line for each problem.
 */
export function valueOrRefuse<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new UserError(result.problems.map(formatProblem).join('\n'));
}

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
