import { z } from 'zod';
import type { Path, SourceDocument } from './document.ts';
import { nearestWord } from './nearest-word.ts';
import { type Problem, type Result, refused } from './problem.ts';
import { quote } from './quantity.ts';

/** What a schema's messages say beyond what zod knows. */
interface Wording {
  /** What a right value looks like: `a size such as 8 GiB`. */
  readonly expected?: string;
  /** Keys the language has, or will have, that this version does not act on, with what to do instead. */
  readonly later?: Readonly<Record<string, string>>;
}

const wordings = new WeakMap<object, Wording>();

/** Attaches words to a schema for `checkShape` to use. */
export function worded<S extends z.ZodType>(schema: S, wording: Wording): S {
  wordings.set(schema, { ...wordings.get(schema), ...wording });
  return schema;
}

/** One message about one value; custom issues carry it as their `params`. */
export interface Explanation {
  readonly message: string;
  readonly hint?: string;
  /** Unknown keys are reported at the key itself. */
  readonly key?: string;
}

export const foundExpected = (found: string, expected: string, hint?: string): Explanation => ({
  message: `found ${found}, expected ${expected}`,
  ...(hint === undefined ? {} : { hint }),
});

/**
 * Checks `document` (or the part of it at `at`) against `schema`. Every problem says what was found and what was
 * expected, at its place in the file.
 */
export function checkShape<S extends z.ZodType>(
  schema: S,
  document: SourceDocument,
  at: Path = [],
): Result<z.output<S>> {
  // Zod carries one string per issue; an explanation travels as its number in this list.
  const explanations: Explanation[] = [];
  const note = (explanation: Explanation): string => `${explanations.push(explanation) - 1}`;
  const checked = schema.safeParse(dataAt(document.data, at), {
    error: (issue) => note(explain(issue)[0]!),
  });
  if (checked.success) return { ok: true, value: checked.data };

  const problems = checked.error.issues.flatMap((issue) =>
    leaves(issue, document.data, at).flatMap(({ issue: leaf, path }) => {
      if (leaf.code === 'unrecognized_keys') {
        // One explanation stands for all unknown keys of a block; say each at its own place.
        return leaf.keys.map((key) =>
          problem(document, [...path, key], unknownKey(key, explanations[Number(leaf.message)]), 'key'),
        );
      }
      const explanation =
        leaf.code === 'custom' && leaf.params !== undefined
          ? (leaf.params as unknown as Explanation)
          : explanations[Number(leaf.message)];
      return [problem(document, path, explanation ?? { message: leaf.message }, 'value')];
    }),
  );
  return refused(...problems);
}

const knownKeys = new WeakMap<
  Explanation,
  { keys: readonly string[]; later: Readonly<Record<string, string>> }
>();

function unknownKey(key: string, context: Explanation | undefined): Explanation {
  const { keys, later } = (context && knownKeys.get(context)) ?? { keys: [], later: {} };
  const planned = Object.hasOwn(later, key) ? later[key] : undefined;
  if (planned !== undefined) {
    return { message: `found the key ${quote(key)}, which this version does not do yet`, hint: planned };
  }
  const near = nearestWord(key, keys) ?? nearestWord(key, Object.keys(later));
  const hint = near === null ? `known here: ${keys.join(', ')}` : `did you mean ${near}?`;
  return { message: `found the unknown key ${quote(key)}`, hint };
}

function problem(
  document: SourceDocument,
  path: Path,
  explanation: Explanation,
  part: 'key' | 'value',
): Problem {
  const place = part === 'key' ? document.keyAt(path) : document.valueAt(path);
  return {
    file: document.file,
    line: place.line,
    column: place.column,
    path: formatPath(path),
    message: explanation.message,
    ...(explanation.hint === undefined ? {} : { hint: explanation.hint }),
  };
}

/** `template.vms[0].memory`; keys that are not plain words are quoted. */
export function formatPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += (text === '' ? '' : '.') + (/^[\w.-]{1,60}$/.test(step) ? step : quote(step));
  }
  return text;
}

function dataAt(data: unknown, path: Path): unknown {
  let current = data;
  for (const step of path) {
    if (typeof current !== 'object' || current === null) return undefined;
    current = (current as Record<string | number, unknown>)[step];
  }
  return current;
}

type Issue = z.core.$ZodIssue;

/** A union's own issue says nothing; the branch that the value was meant for does. */
function leaves(issue: Issue, data: unknown, at: Path): { issue: Issue; path: Path }[] {
  const path = [...at, ...(issue.path as Path)];
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [{ issue, path }];
  const fits = issue.errors.filter((branch) => !branch.some(isWrongKindAtTop));
  const meant = fits.length === 1 ? fits[0]! : null;
  if (meant === null) return [{ issue, path }];
  return meant.flatMap((inner) => leaves(inner, data, path));
}

const isWrongKindAtTop = (issue: Issue): boolean => issue.code === 'invalid_type' && issue.path.length === 0;

type RawIssue = z.core.$ZodRawIssue;

function explain(issue: RawIssue): [Explanation] {
  const wording = wordingOf(issue);
  const found = describe(issue.input);
  switch (issue.code) {
    case 'invalid_type':
      return [
        issue.input === undefined
          ? { message: `missing; expected ${wording.expected ?? kindName(String(issue.expected))}` }
          : foundExpected(
              found,
              wording.expected ?? kindName(String(issue.expected)),
              unitForgotten(issue.input, wording),
            ),
      ];
    case 'unrecognized_keys': {
      const explanation = { message: '' };
      knownKeys.set(explanation, { keys: shapeKeys(issue.inst), later: wording.later ?? {} });
      return [explanation];
    }
    case 'invalid_value': {
      const values = (issue.values as readonly unknown[]).map(String);
      const later = typeof issue.input === 'string' ? wording.later?.[issue.input] : undefined;
      if (later !== undefined)
        return [{ message: `found ${found}, which this version does not do yet`, hint: later }];
      const near = typeof issue.input === 'string' ? nearestWord(issue.input, values) : null;
      const expected = values.length === 1 ? values[0]! : `one of ${values.join(', ')}`;
      if (issue.input === undefined) return [{ message: `missing; expected ${expected}` }];
      return [foundExpected(found, expected, near === null ? undefined : `did you mean ${near}?`)];
    }
    case 'invalid_union': {
      const options = discriminatorValues(issue.inst);
      const chosen = dataAt(issue.input, [String(issue['discriminator'] ?? '')]);
      if (issue['discriminator'] !== undefined && options.length > 0) {
        const near = typeof chosen === 'string' ? nearestWord(chosen, options) : null;
        const expected = `one of ${options.join(', ')}`;
        return [
          chosen === undefined
            ? { message: `missing; expected ${expected}` }
            : foundExpected(describe(chosen), expected, near === null ? undefined : `did you mean ${near}?`),
        ];
      }
      return [
        issue.input === undefined
          ? { message: `missing; expected ${wording.expected ?? 'a value'}` }
          : foundExpected(found, wording.expected ?? 'another kind of value'),
      ];
    }
    case 'too_small':
      return [foundExpected(sized(issue), `${bound(issue, 'at least', issue['minimum'])}${unitOf(issue)}`)];
    case 'too_big':
      return [foundExpected(sized(issue), `${bound(issue, 'at most', issue['maximum'])}${unitOf(issue)}`)];
    case 'invalid_format':
      return [foundExpected(found, wording.expected ?? 'another form')];
    default:
      return [foundExpected(found, wording.expected ?? 'something else')];
  }
}

/** The schema that raised the issue, or the one its check belongs to. */
function wordingOf(issue: RawIssue): Wording {
  const candidates = [issue.inst, (issue as { schema?: object }).schema];
  for (const candidate of candidates) {
    const wording = candidate === undefined ? undefined : wordings.get(candidate);
    if (wording !== undefined) return wording;
  }
  return {};
}

function shapeKeys(schema: unknown): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function discriminatorValues(schema: unknown): string[] {
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return [];
  const key = schema.def.discriminator;
  return schema.options.flatMap((option) => {
    const literal = option instanceof z.ZodObject ? option.shape[key] : undefined;
    return literal instanceof z.ZodLiteral ? [...literal.values].map(String) : [];
  });
}

/** A value as a message shows it. */
export function describe(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a block of keys';
  return String(value);
}

const kindName = (expected: string): string =>
  ({
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
    object: 'a block of keys',
    record: 'a block of keys',
    array: 'a list',
    null: 'nothing',
  })[expected] ?? expected;

function unitForgotten(value: unknown, wording: Wording): string | undefined {
  return typeof value === 'number' && /such as [\d.]+ \S/.test(wording.expected ?? '')
    ? 'add a unit'
    : undefined;
}

function sized(issue: RawIssue): string {
  const input = issue.input;
  if (typeof input === 'string') return input === '' ? 'empty text' : `${input.length} characters`;
  if (Array.isArray(input)) return input.length === 0 ? 'an empty list' : `${input.length} entries`;
  return describe(input);
}

function bound(issue: RawIssue, words: string, limit: unknown): string {
  const strict = issue['inclusive'] === false;
  return `${strict ? words.replace('at least', 'more than').replace('at most', 'less than') : words} ${limit}`;
}

function unitOf(issue: RawIssue): string {
  if (issue['origin'] === 'string') return ' characters';
  return issue['origin'] === 'array' ? ' entries' : '';
}
