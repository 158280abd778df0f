import { readFile, stat } from 'node:fs/promises';
import type { z } from 'zod';
import { type JsonPath, locateInJson } from '../../bench/record/json-position.ts';
import { MAX_PROBLEMS, type Problem, type Result, refused } from '../../model/scenario/problem.ts';

/** A result of a thousand seats is far below this. */
const MAX_BYTES = 64 * 1024 ** 2;

/** A kind of JSON file that nestmark writes and reads again, by the `schema` it begins with. */
export interface DocumentKind<T> {
  /** e.g. `nestmark/result@1` */
  readonly schema: string;
  /** What it is and which command writes it, for whoever has the wrong file: `a result is what … prints`. */
  readonly hint: string;
  readonly shape: z.ZodType<T>;
}

/** The text of a JSON file, or what is wrong with the file; never throws for it. */
export async function readJsonFile(file: string): Promise<Result<string>> {
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES) {
      return refuse(
        file,
        `found ${Math.ceil(size / 1024 ** 2)} MiB, expected a file of at most ${MAX_BYTES / 1024 ** 2} MiB`,
      );
    }
    return { ok: true, value: await readFile(file, 'utf8') };
  } catch (error) {
    return refuse(
      file,
      REASONS[(error as NodeJS.ErrnoException).code ?? ''] ?? `the file cannot be read: ${String(error)}`,
    );
  }
}

/** One of `kinds` out of a text, whichever its `schema` names; `file` is what problems are said to be in. */
export function readDocument<T>(text: string, file: string, kinds: readonly DocumentKind<T>[]): Result<T> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return refused(syntaxProblem(text, file));
  }
  const found = schemaOf(document);
  const kind = kinds.find(({ schema }) => schema === found);
  if (kind === undefined) {
    const known = kinds.map(({ schema }) => `"${schema}"`).join(' or ');
    return refused({
      ...placeOf(text, file, ['schema']),
      message: `found ${found === null ? 'no schema' : JSON.stringify(found)}, expected "schema": ${known}`,
      hint: kinds.map(({ hint }) => hint).join('; '),
    });
  }
  const parsed = kind.shape.safeParse(document);
  if (parsed.success) return { ok: true, value: parsed.data };
  return refused(
    ...parsed.error.issues.slice(0, MAX_PROBLEMS).map(
      (issue): Problem => ({
        ...placeOf(
          text,
          file,
          issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key)),
        ),
        message: issue.message,
      }),
    ),
  );
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'found no such file, expected one that nestmark wrote with --out',
  EACCES: 'found a file that may not be read, expected read permission',
  EISDIR: 'found a directory, expected a file',
};

function refuse(file: string, message: string): Result<never> {
  return refused({ file, line: 0, column: 0, path: '', message });
}

function schemaOf(document: unknown): unknown {
  return typeof document === 'object' && document !== null && 'schema' in document ? document.schema : null;
}

function syntaxProblem(text: string, file: string): Problem {
  const position = locateInJson(text, []);
  const found =
    position.offset >= text.length ? 'the end of the file' : JSON.stringify(text[position.offset]);
  const expected = position.valid ? 'JSON' : position.expected;
  return {
    file,
    ...lineAndColumn(text, position.offset),
    path: '',
    message: `found ${found}, expected ${expected}`,
    hint: 'is the file whole?',
  };
}

/** Where the value of `path` begins, or its nearest parent when it is missing. */
function placeOf(text: string, file: string, path: JsonPath): Omit<Problem, 'message'> {
  return { file, ...lineAndColumn(text, locateInJson(text, path).offset), path: pathText(path) };
}

function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

function pathText(path: JsonPath): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${key}`))
    .join('');
}
