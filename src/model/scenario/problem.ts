/** What is wrong with an input file, where, and what to do: one line for a person. */
export interface Problem {
  readonly file: string;
  /** 1-based; 0 when the problem is with the file as a whole (missing, too big) or there is no file (an option). */
  readonly line: number;
  /** 1-based, in UTF-16 code units; 0 with `line`. */
  readonly column: number;
  /** Keys down to the value, e.g. `template.vms[0].memory`; empty at the top. */
  readonly path: string;
  /** What was found and what was expected. */
  readonly message: string;
  /** What to do, when we can tell: `did you mean GiB?`. */
  readonly hint?: string;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Enough to fix a file in one go, few enough to read. */
export const MAX_PROBLEMS = 20;

/** `file:line:column: path: found …, expected …; did you mean …?`, which editors and terminals can jump to. */
export function formatProblem(problem: Problem): string {
  const place = problem.line === 0 ? problem.file : `${problem.file}:${problem.line}:${problem.column}`;
  const path = problem.path === '' ? '' : `${problem.path}: `;
  const hint = problem.hint === undefined ? '' : `; ${problem.hint}`;
  return `${place}: ${path}${problem.message}${hint}`;
}

/** In the order a reader meets them, without repeats, at most `MAX_PROBLEMS`. */
export function inReadingOrder(problems: readonly Problem[]): readonly Problem[] {
  const files = [...new Set(problems.map((problem) => problem.file))];
  const seen = new Set<string>();
  return [...problems]
    .sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column)
    .filter((problem) => {
      const text = formatProblem(problem);
      return seen.has(text) ? false : seen.add(text);
    })
    .slice(0, MAX_PROBLEMS);
}

export const refused = (...problems: readonly Problem[]): Result<never> => ({
  ok: false,
  problems: inReadingOrder(problems),
});
