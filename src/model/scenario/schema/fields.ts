import { z } from 'zod';
import type { Dimension } from '../dimension.ts';
import { expectedQuantity, parseQuantity, quantityPattern } from '../quantity.ts';
import { quote } from '../quote.ts';
import { type Explanation, foundExpected, worded } from '../wording.ts';

/** The parts every input schema is made of. Each says in its messages what a right value looks like. */

interface Limits {
  readonly positive?: boolean;
  /** The largest that is taken, as it would be written: `24 h`. */
  readonly most?: string;
}

/** A number with a unit, read into the dimension's base unit. */
export function quantity(dimension: Dimension, { positive = false, most }: Limits = {}) {
  const expected = expectedQuantity(dimension);
  const ceiling = most === undefined ? Number.POSITIVE_INFINITY : baseValue(dimension, most);
  const text = worded(z.string(), { expected }).meta({ pattern: quantityPattern(dimension) });
  return text.transform((value, context) => {
    const read = parseQuantity(dimension, value);
    const refuse = (explanation: Explanation): never => {
      context.addIssue({ code: 'custom', input: value, params: { ...explanation } });
      return z.NEVER;
    };
    if (!read.ok) return refuse(foundExpected(read.found, read.expected, read.hint));
    if (positive && read.value === 0)
      return refuse(foundExpected(quote(value), `${expected}, more than zero`));
    if (read.value > ceiling) return refuse(foundExpected(quote(value), `at most ${most}`));
    return read.value;
  });
}

export const positiveQuantity = (dimension: Dimension, most?: string) =>
  quantity(dimension, { positive: true, ...(most === undefined ? {} : { most }) });

function baseValue(dimension: Dimension, text: string): number {
  const read = parseQuantity(dimension, text);
  if (!read.ok) throw new Error(`a limit of the language itself is not ${read.expected}: ${text}`);
  return read.value;
}

export function wholeNumber(range: { readonly min: number; readonly max: number }) {
  const expected = `a whole number from ${range.min} to ${range.max}`;
  return worded(z.number().int().min(range.min).max(range.max), { expected });
}

export function decimal(range: { readonly min: number; readonly max?: number }) {
  const expected =
    range.max === undefined ? `a number from ${range.min} up` : `a number from ${range.min} to ${range.max}`;
  const schema = z.number().min(range.min);
  return worded(range.max === undefined ? schema : schema.max(range.max), { expected });
}

export const yesOrNo = () => worded(z.boolean(), { expected: 'true or false' });

/** Free text a person reads: printable, so that it is safe to show on a terminal. */
export function prose(maximum: number) {
  return z
    .string()
    .min(1)
    .max(maximum)
    .superRefine((text, context) => {
      const odd = [...text].find((character) => !isPrintable(character));
      if (odd === undefined) return;
      const params = foundExpected(`the character ${quote(odd)} in the text`, 'printable text');
      context.addIssue({ code: 'custom', input: text, params: { ...params } });
    });
}

const isPrintable = (character: string): boolean =>
  character === '\n' ||
  character === '\t' ||
  !/[\p{Cc}\p{Cs}\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u.test(character);

/** The name of one thing inside a scenario: a part of `seat-03/web-1/desktop-2`. */
export function label() {
  const expected = 'a name of small letters, digits and dashes, such as web-server';
  return worded(z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/), { expected });
}

/** The name of something in a library (`m7i.metal-24xl`), or a path to a YAML file (`./mine.yaml`). */
function reference(what: string) {
  const expected = `the name of ${what}, or a path ending in .yaml`;
  return worded(z.string().regex(/^[\p{L}\p{N}._ /\\~:-]{1,300}$/u), { expected });
}

/** A name, or the thing written out. */
export function nameOr<S extends z.ZodType>(what: string, schema: S) {
  const union = z.union([reference(what), schema]);
  return worded(union, { expected: `the name of ${what}, or the ${what.replace(/^an? /, '')} written out` });
}

/** A block of keys. `later` names keys this version knows of and does not act on, with what to do instead. */
export function block<S extends z.ZodRawShape>(shape: S, later: Readonly<Record<string, string>> = {}) {
  return worded(z.strictObject(shape), { expected: 'a block of keys', later });
}

/** What editors show at a key. */
export const about = <S extends z.ZodType>(schema: S, description: string): S => schema.describe(description);

/** The `schema:` line of a file: optional in place, checked when there. */
export const schemaLine = <const T extends string>(name: T) =>
  about(z.literal(name).optional(), 'Kind and version of this file.');
