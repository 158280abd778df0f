import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { type JsonPath, locateInJson } from '../../bench/record/json-position.ts';
import type { Metric, SimulationResult, Unit } from '../../model/experiment/result.ts';
import { ENGINES } from '../../model/machine/engine.ts';
import { MAX_PROBLEMS, type Problem, type Result, refused } from '../../model/scenario/problem.ts';
import { UNIT_SUFFIX } from '../text/figure.ts';
import { METRIC_WORDS } from '../text/wording.ts';

const SCHEMA = 'nestmark/result@1';
/** A result of a thousand seats is far below this. */
const MAX_BYTES = 64 * 1024 ** 2;

const bound = z.number().nullable();
const count = z.number().int().nonnegative();
const unit = z.enum(Object.keys(UNIT_SUFFIX) as [Unit, ...Unit[]]);

const resultSchema: z.ZodType<SimulationResult> = z.strictObject({
  schema: z.literal(SCHEMA),
  version: z.string(),
  engine: z.enum(ENGINES),
  scenario: z.strictObject({ name: z.string(), hash: z.string() }),
  platform: z.strictObject({
    name: z.string(),
    hash: z.string(),
    bases: z.strictObject({ measured: count, published: count, derived: count, assumed: count }),
  }),
  host: z.strictObject({
    name: z.string(),
    cpus: z.number().positive(),
    memoryBytes: z.number().nonnegative(),
    source: z.string(),
  }),
  seats: count,
  seed: z.number(),
  replications: count,
  precision: z
    .strictObject({
      wanted: z.number().positive(),
      reached: bound,
      figure: z.string().nullable(),
      met: z.boolean(),
      most: count,
    })
    .exactOptional(),
  warmUpSeconds: z.number().nonnegative(),
  measuredSeconds: z.number().nonnegative(),
  events: count,
  rows: z.array(
    z.strictObject({
      entity: z.string(),
      level: count,
      metric: z.enum(Object.keys(METRIC_WORDS) as [Metric, ...Metric[]]),
      unit,
      mean: z.number(),
      low: bound,
      high: bound,
      p50: bound,
      p95: bound,
      p99: bound,
      n: count,
    }),
  ),
  targets: z.array(
    z.strictObject({
      target: z.string(),
      limit: z.number(),
      unit,
      observed: bound,
      low: bound,
      high: bound,
      verdict: z.enum(['met', 'missed', 'inconclusive']),
    }),
  ),
  findings: z.array(
    z.strictObject({ severity: z.enum(['note', 'warning', 'error']), code: z.string(), text: z.string() }),
  ),
});

/** A result that `nestmark simulate` wrote; never throws for what is wrong with the file. */
export async function readResultFile(file: string): Promise<Result<SimulationResult>> {
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES) {
      return refuse(
        file,
        `found ${Math.ceil(size / 1024 ** 2)} MiB, expected a result of at most ${MAX_BYTES / 1024 ** 2} MiB`,
      );
    }
    text = await readFile(file, 'utf8');
  } catch (error) {
    return refuse(
      file,
      REASONS[(error as NodeJS.ErrnoException).code ?? ''] ?? `the file cannot be read: ${String(error)}`,
    );
  }
  return readResult(text, file);
}

/** The same from a text; `file` is what problems are said to be in. */
export function readResult(text: string, file: string): Result<SimulationResult> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return refused(syntaxProblem(text, file));
  }
  const found = schemaOf(document);
  if (found !== SCHEMA) {
    return refused({
      ...placeOf(text, file, ['schema']),
      message: `found ${found === null ? 'no schema' : JSON.stringify(found)}, expected "schema": "${SCHEMA}"`,
      hint: 'a result is what nestmark simulate --json prints',
    });
  }
  const parsed = resultSchema.safeParse(document);
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
  ENOENT: 'found no such file, expected a result written by nestmark simulate --out',
  EACCES: 'found a file that may not be read, expected read permission',
  EISDIR: 'found a directory, expected a result',
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
