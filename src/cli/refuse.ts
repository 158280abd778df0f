import { formatProblem, type Problem, type Result } from '../model/scenario/problem.ts';
import { UserError } from './exit-code.ts';

/**
 * The value of something read, or the end of the command with what is wrong with the file.
 * @throws {UserError} one line for each problem.
 */
export function valueOrRefuse<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw userErrorOf(result.problems);
}

/** @throws {UserError} one line for each problem, when there are any. */
export function refuseProblems(problems: readonly Problem[]): void {
  if (problems.length > 0) throw userErrorOf(problems);
}

const userErrorOf = (problems: readonly Problem[]): UserError =>
  new UserError(problems.map(formatProblem).join('\n'));
