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
