import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import type { Metric, SimulationResult, Unit } from '../../model/experiment/result.ts';
import { type Problem, type Result, refused } from '../../model/scenario/problem.ts';

/** Larger than the result of 10,000 seats; what is bigger is something else. */
const MAX_RESULT_BYTES = 64 * 1024 * 1024;

const number = z.number();
const nullable = number.nullable();
const count = z.int().nonnegative();

const ROW = z.object({
  entity: z.string(),
  level: count,
  metric: z.string() as unknown as z.ZodType<Metric>,
  unit: z.enum(['ratio', '%', '1/s', 'ms', 'frames/s', 'cpus']) satisfies z.ZodType<Unit>,
  mean: number,
  low: nullable,
  high: nullable,
  p50: nullable,
  p95: nullable,
  p99: nullable,
  n: count,
});

const RESULT = z.object({
  schema: z.literal('nestmark/result@1'),
  version: z.string(),
  engine: z.literal('exact'),
  scenario: z.object({ name: z.string(), hash: z.string() }),
  platform: z.object({
    name: z.string(),
    hash: z.string(),
    bases: z.object({ measured: count, published: count, derived: count, assumed: count }),
  }),
  host: z.object({ name: z.string(), cpus: count, memoryBytes: number, source: z.string() }),
  seats: count,
  seed: count,
  replications: count,
  warmUpSeconds: number,
  measuredSeconds: number,
  events: count,
  rows: z.array(ROW),
  targets: z.array(
    z.object({
      target: z.string(),
      limit: number,
      unit: ROW.shape.unit,
      observed: number,
      low: nullable,
      high: nullable,
      verdict: z.enum(['met', 'missed', 'inconclusive']),
    }),
  ),
  findings: z.array(
    z.object({ severity: z.enum(['note', 'warning', 'error']), code: z.string(), text: z.string() }),
  ),
}) satisfies z.ZodType<SimulationResult>;

/** A result that `nestmark simulate --json` or `--out` wrote. */
export async function readResultFile(file: string): Promise<Result<SimulationResult>> {
  const refuse = (path: string, message: string, hint?: string): Result<never> =>
    refused({
      file,
      line: 0,
      column: 0,
      path,
      message,
      ...(hint === undefined ? {} : { hint }),
    } satisfies Problem);
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > MAX_RESULT_BYTES)
      return refuse('', `found ${size} bytes, expected a result of at most 64 MiB`);
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return refuse('', 'found no such file, expected a result of nestmark simulate');
    if (code === 'EISDIR') return refuse('', 'found a directory, expected a result of nestmark simulate');
    throw error;
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return refuse('', `found no JSON (${(error as Error).message}), expected a result of nestmark simulate`);
  }
  const parsed = RESULT.safeParse(document);
  if (parsed.success) return { ok: true, value: parsed.data };
  const { schema } = (document ?? {}) as { schema?: unknown };
  if (schema !== 'nestmark/result@1') {
    return refuse(
      'schema',
      `found ${JSON.stringify(schema)}, expected "nestmark/result@1"`,
      'simulate again with this version',
    );
  }
  return refused(
    ...parsed.error.issues.map((issue) => ({
      file,
      line: 0,
      column: 0,
      path: issue.path.join('.'),
      message: issue.message,
    })),
  );
}
