import type { z } from 'zod';

/** What a schema's messages say beyond what zod knows. */
export interface Wording {
  /** What a right value looks like: `a size such as 8 GiB`. */
  readonly expected?: string;
  /** Keys or words the language has, or will have, that this version does not act on, and what to do instead. */
  readonly later?: Readonly<Record<string, string>>;
}

/** By definition, not by instance: `.meta()` and `.describe()` copy a schema and share its definition. */
const wordings = new WeakMap<object, Wording>();

/** Attaches words to a schema. A further check on it (`.min()`, `.refine()`) makes another schema: word that one. */
export function worded<S extends z.ZodType>(schema: S, wording: Wording): S {
  wordings.set(schema.def, { ...wordings.get(schema.def), ...wording });
  return schema;
}

/** @param schema a zod schema or check, as an issue carries it */
export function wordingOf(schema: unknown): Wording | undefined {
  const definition = (schema as { readonly _zod?: { readonly def?: object } } | undefined)?._zod?.def;
  return definition === undefined ? undefined : wordings.get(definition);
}

/** What is wrong with one value. A schema's own checks put it into the `params` of a custom issue. */
export interface Explanation {
  readonly message: string;
  readonly hint?: string;
}

export const foundExpected = (found: string, expected: string, hint?: string): Explanation => ({
  message: `found ${found}, expected ${expected}`,
  ...(hint === undefined ? {} : { hint }),
});

export const missing = (expected: string): Explanation => ({ message: `missing; expected ${expected}` });

export const didYouMean = (word: string | null): string | undefined =>
  word === null ? undefined : `did you mean ${word}?`;
