import { z } from 'zod';
import { nearestWord } from './nearest-word.ts';
import { quote } from './quote.ts';
import { didYouMean, type Explanation, foundExpected, missing, type Wording, wordingOf } from './wording.ts';

export type RawIssue = z.core.$ZodRawIssue;

/** What a zod issue says, in this language's words. */
export function explain(issue: RawIssue): Explanation {
  const wording = wordingOfIssue(issue);
  const { input } = issue;
  const found = describe(input);
  switch (issue.code) {
    case 'invalid_type': {
      const kind = String(issue.expected);
      const expected = wording.expected ?? KIND_NAMES[kind] ?? kind;
      return input === undefined
        ? missing(expected)
        : foundExpected(found, expected, slipOfKind(input, kind, wording));
    }
    case 'invalid_value': {
      const values = (issue.values as readonly unknown[]).map(String);
      const expected = wording.expected ?? oneOf(values);
      if (input === undefined) return missing(expected);
      if (typeof input !== 'string') return foundExpected(found, expected);
      const later = plannedFor(input, wording);
      // The one right word is in the message already.
      const near = values.length === 1 ? null : nearestWord(input, values);
      return later ?? foundExpected(found, expected, didYouMean(near));
    }
    case 'invalid_union':
      return typeof issue['discriminator'] === 'string'
        ? explainKind(issue, issue['discriminator'])
        : explainPlain(input, found, wording);
    case 'too_small':
      return foundExpected(measured(input), limit(issue, 'at least', issue['minimum']));
    case 'too_big':
      return foundExpected(measured(input), limit(issue, 'at most', issue['maximum']));
    default:
      return explainPlain(input, found, wording);
  }
}

const explainPlain = (input: unknown, found: string, wording: Wording): Explanation =>
  input === undefined
    ? missing(wording.expected ?? 'a value')
    : foundExpected(found, wording.expected ?? 'something else');

/** A block whose `kind` is not one of those there are. */
function explainKind(issue: RawIssue, key: string): Explanation {
  const kinds = kindsOf(issue.inst, key);
  const expected = oneOf(kinds);
  const block = issue.input as Readonly<Record<string, unknown>>;
  const chosen = Object.hasOwn(block, key) ? block[key] : undefined;
  if (chosen === undefined) return missing(expected);
  return foundExpected(
    describe(chosen),
    expected,
    typeof chosen === 'string' ? didYouMean(nearestWord(chosen, kinds)) : undefined,
  );
}

function kindsOf(schema: unknown, key: string): string[] {
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return [];
  return schema.options.flatMap((option) => {
    const literal = option instanceof z.ZodObject ? option.shape[key] : undefined;
    return literal instanceof z.ZodLiteral ? [...literal.values].map(String) : [];
  });
}

/** A key that a block does not have. */
export function explainUnknownKey(key: string, block: unknown): Explanation {
  const wording = wordingOf(block) ?? {};
  const keys = block instanceof z.ZodObject ? Object.keys(block.shape) : [];
  const planned = plannedFor(key, wording);
  if (planned !== null) return planned;
  const near = nearestWord(key, [...keys, ...Object.keys(wording.later ?? {})]);
  const hint = didYouMean(near) ?? (keys.length > 0 ? `known here: ${keys.join(', ')}` : undefined);
  return { message: `found the unknown key ${quote(key)}`, ...(hint === undefined ? {} : { hint }) };
}

function plannedFor(word: string, wording: Wording): Explanation | null {
  const instead = Object.hasOwn(wording.later ?? {}, word) ? wording.later?.[word] : undefined;
  if (instead === undefined) return null;
  return { message: `found ${quote(word)}, which this version does not do yet`, hint: instead };
}

/** The schema that raised the issue, or the one its check belongs to. */
const wordingOfIssue = (issue: RawIssue): Wording =>
  wordingOf(issue.inst) ?? wordingOf((issue as { readonly schema?: unknown }).schema) ?? {};

const oneOf = (words: readonly string[]): string =>
  words.length === 1 ? words[0]! : `one of ${words.join(', ')}`;

const KIND_NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a block of keys',
  record: 'a block of keys',
  array: 'a list',
};

/** A value as a message shows it. */
function describe(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return typeof value === 'object' ? 'a block of keys' : String(value);
}

/** The usual slips of kind: a number without its unit, and a number or a yes in quotes. */
function slipOfKind(value: unknown, kind: string, wording: Wording): string | undefined {
  if (typeof value === 'number' && /such as [\d.]+ \S/.test(wording.expected ?? '')) return 'add a unit';
  if (typeof value !== 'string') return undefined;
  const inQuotes =
    kind === 'boolean'
      ? /^(true|false)$/i.test(value)
      : /^(number|int)$/.test(kind) && /^[\d.]+$/.test(value);
  return inQuotes ? 'take the quotes off' : undefined;
}

function measured(input: unknown): string {
  if (typeof input === 'string') return input === '' ? 'empty text' : `${input.length} characters`;
  return Array.isArray(input) && input.length > 0 ? `${input.length} entries` : describe(input);
}

function limit(issue: RawIssue, words: 'at least' | 'at most', value: unknown): string {
  const strict = words === 'at least' ? 'more than' : 'less than';
  const bound = `${issue['inclusive'] === false ? strict : words} ${value}`;
  if (issue['origin'] === 'string') return `${bound} ${value === 1 ? 'character' : 'characters'}`;
  if (issue['origin'] === 'array') return `${bound} ${value === 1 ? 'entry' : 'entries'}`;
  return bound;
}
