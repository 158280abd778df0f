import type { z } from 'zod';
import { nearestWord } from '../../model/scenario/nearest-word.ts';
import { formatProblem, inReadingOrder, MAX_PROBLEMS, type Problem } from '../../model/scenario/problem.ts';
import { type JsonPath, locateInJson } from './json-position.ts';
import { type BenchRecord, RECORD_SCHEMA, type RecordLine } from './record.ts';
import { inconsistencies, type NumberedLine } from './record-consistency.ts';
import { FIRST_SCHEMA, fromFirstVersion } from './record-version.ts';
import { RECORD_LINE_SCHEMAS } from './schema.ts';

/** A hundred times the largest ladder's record; what is bigger is something else. */
export const MAX_RECORD_BYTES = 64 * 1024 * 1024;

/** A file that is not a record this version can read. The message has one line a problem, each with its place. */
export class RecordError extends Error {
  override readonly name = 'RecordError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

type Kind = RecordLine['kind'];
const KINDS = Object.keys(RECORD_LINE_SCHEMAS) as readonly Kind[];

/**
 * Reads a record from its text. A run that was cut off is read as far as it got: `end` is then null, and a last line
 * that was half written is left out.
 *
 * @param file what problems are reported against
 * @throws {RecordError} for anything that is not a record of this schema version
 */
export function readRecord(text: string, file: string): BenchRecord {
  if (text.length > MAX_RECORD_BYTES) {
    const size = `${Math.ceil(text.length / 1024 / 1024)} MiB`;
    throw refusal(file, `found ${size}, expected a record of at most ${MAX_RECORD_BYTES / 1024 / 1024} MiB`);
  }
  const lines: NumberedLine[] = [];
  const problems: Problem[] = [];
  let number = 0;
  let schema: string = RECORD_SCHEMA;
  for (const { line, terminated } of linesOf(text)) {
    number++;
    if (line.trim() === '') continue;
    const first = lines.length === 0 && problems.length === 0;
    const read = readLine(line, { file, line: number, first, cutOff: !terminated, schema });
    if (read.kind === 'line') {
      lines.push({ line: read.line, number });
      if (first) schema = read.schema;
    } else if (read.kind === 'problems') problems.push(...read.problems);
    // When the first line is not a header this is no record, and what follows would only confuse.
    if (problems.length >= MAX_PROBLEMS || (first && problems.length > 0)) break;
  }
  if (lines.length === 0 && problems.length === 0) {
    throw refusal(file, 'found no whole line, expected a record: the run was cut off before its first line');
  }
  if (problems.length === 0) problems.push(...inconsistencies(lines, file));
  if (problems.length > 0) throw new RecordError(inReadingOrder(problems));
  return sortOut(lines.map(({ line }) => line));
}

function* linesOf(text: string): Generator<{ readonly line: string; readonly terminated: boolean }> {
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf('\n', start);
    if (end < 0) {
      yield { line: text.slice(start), terminated: false };
      return;
    }
    yield { line: text.slice(start, end), terminated: true };
    start = end + 1;
  }
}

interface Place {
  readonly file: string;
  readonly line: number;
  readonly first: boolean;
  /** The text ends within this line: what does not parse was not finished, which is no error. */
  readonly cutOff: boolean;
  /** What the header said; nothing yet on the first line. */
  readonly schema: string;
}

type LineResult =
  | { readonly kind: 'line'; readonly line: RecordLine; readonly schema: string }
  | { readonly kind: 'cut-off' }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

function readLine(text: string, place: Place): LineResult {
  const problem = (path: JsonPath, message: string, hint?: string | null): Problem => ({
    file: place.file,
    line: place.line,
    column: locateInJson(text, path).offset + 1,
    path: writePath(path),
    message,
    ...(hint === undefined || hint === null ? {} : { hint }),
  });
  const problems = (...found: readonly Problem[]): LineResult => ({ kind: 'problems', problems: found });

  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const position = locateInJson(text, []);
    if (position.valid) return problems(problem([], 'found text that is not JSON'));
    if (place.cutOff && !place.first) return { kind: 'cut-off' };
    const hint = place.first ? `a record is a JSON Lines file written by nestmark bench` : null;
    return problems(problem([], `found ${at(text, position.offset)}, expected ${position.expected}`, hint));
  }
  if (!isObject(value)) return problems(problem([], `found ${brief(value)}, expected an object`));

  if (place.first) {
    const complaint = headerComplaint(value);
    if (complaint !== null) return problems(problem(complaint.path, complaint.message, complaint.hint));
  }
  const kind = KINDS.find((known) => known === value['kind']);
  if (kind === undefined) {
    const near = typeof value['kind'] === 'string' ? nearestWord(value['kind'], KINDS) : null;
    return problems(
      problem(
        ['kind'],
        `found ${brief(value['kind'])}, expected one of ${KINDS.join(', ')}`,
        near && `did you mean ${near}?`,
      ),
    );
  }
  const schema = place.first ? (value['schema'] as string) : place.schema;
  const present = schema === FIRST_SCHEMA ? fromFirstVersion(value) : value;
  const checked = (RECORD_LINE_SCHEMAS[kind] as z.ZodType<RecordLine>).safeParse(present);
  if (checked.success) return { kind: 'line', line: checked.data, schema };
  return problems(
    ...checked.error.issues.slice(0, MAX_PROBLEMS).map((issue) => {
      const described = describeIssue(issue, value, kind);
      return problem(described.path, described.message, described.hint);
    }),
  );
}

interface Complaint {
  readonly path: JsonPath;
  readonly message: string;
  readonly hint?: string | null;
}

/** Before anything else: is it a record, and one of the version that this program reads? */
function headerComplaint(value: Readonly<Record<string, unknown>>): Complaint | null {
  const { kind, schema } = value;
  const known = schema === RECORD_SCHEMA || schema === FIRST_SCHEMA;
  if (known && kind === 'header') return null;
  const expected = `expected ${RECORD_SCHEMA}`;
  const version = typeof schema === 'string' ? /^nestmark\/record@(\d{1,9})$/.exec(schema)?.[1] : undefined;
  if (version !== undefined && !known) {
    const age =
      Number(version) > Number(RECORD_SCHEMA.split('@')[1])
        ? 'it was written by a newer nestmark; read it with that one'
        : 'it was written by an older nestmark; read it with that one, or run nestmark bench again';
    return { path: ['schema'], message: `found ${schema}, ${expected}`, hint: age };
  }
  if (typeof schema === 'string' && !known) {
    return {
      path: ['schema'],
      message: `found ${brief(schema)}, ${expected}`,
      hint: 'this is not a record of nestmark bench',
    };
  }
  return {
    path: ['kind'],
    message: `found ${brief(kind)}, expected a header on the first line`,
    hint: 'the beginning of the file is missing, or it is not a record of nestmark bench',
  };
}

function describeIssue(issue: z.core.$ZodIssue, value: unknown, kind: Kind): Complaint {
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]!;
    const known = kind === 'level' && path.length > 0 ? ['name', 'verified', 'evidence'] : keysOf(kind);
    const near = nearestWord(key, known);
    return {
      path: [...path, key],
      message: `found a key that is not known, expected ${known.join(', ')}`,
      hint: near && `did you mean ${near}?`,
    };
  }
  const expected = /expected (.*?)(?:, received .*)?$/.exec(issue.message)?.[1];
  const found = brief(valueAt(value, path));
  return {
    path,
    message:
      expected === undefined ? `found ${found}: ${issue.message}` : `found ${found}, expected ${expected}`,
  };
}

function keysOf(kind: Kind): readonly string[] {
  return Object.keys(RECORD_LINE_SCHEMAS[kind].shape);
}

function valueAt(value: unknown, path: JsonPath): unknown {
  let current = value;
  for (const step of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<string | number, unknown>)[step];
  }
  return current;
}

function sortOut(lines: readonly RecordLine[]): BenchRecord {
  const of = <K extends Kind>(kind: K) =>
    lines.filter((line): line is Extract<RecordLine, { kind: K }> => line.kind === kind);
  const boots = of('level').sort((a, b) => a.level - b.level || a.boot - b.boot);
  return {
    header: of('header')[0]!,
    levels: boots.filter(({ level }, index) => boots[index - 1]?.level !== level),
    boots,
    samples: of('samples'),
    warming: of('warming'),
    counters: of('counters'),
    blocks: of('block').sort((a, b) => a.block - b.block),
    missing: of('missing'),
    skipped: of('skipped'),
    end: of('end')[0] ?? null,
  };
}

function refusal(file: string, message: string): RecordError {
  return new RecordError([{ file, line: 0, column: 0, path: '', message }]);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function writePath(path: JsonPath): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`))
    .join('');
}

/** A value as a message can show it. */
function brief(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

function at(text: string, offset: number): string {
  return offset >= text.length ? 'the end of the line' : JSON.stringify(text.slice(offset, offset + 12));
}
