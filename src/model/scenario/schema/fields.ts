import { z } from 'zod';
import { type Dimension, expectedQuantity, parseQuantity, quantityPattern, quote } from '../quantity.ts';
import { type Explanation, foundExpected, worded } from '../wording.ts';

/** The parts every input schema is made of. Each says in its messages what a right value looks like. */

/** A number with a unit, read into the dimension's base unit. */
export function quantity(dimension: Dimension) {
  const text = worded(z.string(), { expected: expectedQuantity(dimension) }).meta({
    pattern: quantityPattern(dimension),
  });
  return text.transform((value, context) => {
    const read = parseQuantity(dimension, value);
    if (read.ok) return read.value;
    const params: Explanation = foundExpected(read.found, read.expected, read.hint);
    context.addIssue({ code: 'custom', input: value, params: { ...params } });
    return z.NEVER;
  });
}

/** As `quantity`, and more than zero. */
export function positiveQuantity(dimension: Dimension) {
  return quantity(dimension).refine((value) => value > 0, {
    params: { ...foundExpected('nothing but zero', `${expectedQuantity(dimension)}, more than zero`) },
  });
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
