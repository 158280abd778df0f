import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import type { Metric, SimulationResult, Unit } from '../../model/experiment/result.ts';
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
  engine: z.literal('exact'),
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
  } catch (error) {
    return refused(syntaxProblem(text, file, error));
  }
  const found = schemaOf(document);
  if (found !== SCHEMA) {
    return refuse(
      file,
      `found ${found === null ? 'no schema' : JSON.stringify(found)}, expected "schema": "${SCHEMA}"`,
      {
        path: 'schema',
        hint: 'a result is what nestmark simulate --json prints',
      },
    );
  }
  const parsed = resultSchema.safeParse(document);
  if (parsed.success) return { ok: true, value: parsed.data };
  return refused(
    ...parsed.error.issues.slice(0, MAX_PROBLEMS).map(
      (issue): Problem => ({
        file,
        line: 0,
        column: 0,
        path: pathText(issue.path),
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

function refuse(file: string, message: string, more: Partial<Problem> = {}): Result<never> {
  return refused({ file, line: 0, column: 0, path: '', message, ...more });
}

function schemaOf(document: unknown): unknown {
  return typeof document === 'object' && document !== null && 'schema' in document ? document.schema : null;
}

/** V8 says where a text stops being JSON as `at position N`; at its end it says nothing. */
function syntaxProblem(text: string, file: string, error: unknown): Problem {
  const position = Number(/at position (\d+)/.exec(String(error))?.[1] ?? text.length);
  const before = text.slice(0, position).split('\n');
  return {
    file,
    line: before.length,
    column: before.at(-1)!.length + 1,
    path: '',
    message: `found ${position >= text.length ? 'the end of the file' : JSON.stringify(text[position])}, expected JSON`,
    hint: 'is the file whole?',
  };
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`))
    .join('');
}
