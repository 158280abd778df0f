import { nearestWord } from '../../model/scenario/nearest-word.ts';
import { parseQuantity } from '../../model/scenario/quantity.ts';
import { quote } from '../../model/scenario/quote.ts';
import type { Host } from '../../model/scenario/scenario.ts';

/** Which hosts somebody means: `ec2 memory>=64GiB`, `m8i.*|r8i.*`, `own`. */
export interface HostFilter {
  readonly text: string;
  matches(host: Host): boolean;
}

/** What is wrong with a filter, in words for a person. */
export class HostFilterError extends Error {
  override readonly name = 'HostFilterError';
}

type Test = (host: Host) => boolean;
type Read = (host: Host) => number | null;

/** What can be compared: how it is read from a host, and from the filter. */
const ATTRIBUTES: Readonly<Record<string, { readonly of: Read; readonly parse: (text: string) => number }>> =
  {
    cpus: { of: ({ cpus }) => cpus, parse: plainNumber },
    cores: { of: ({ cpus, threadsPerCore }) => cpus / threadsPerCore, parse: plainNumber },
    level: { of: ({ level }) => level, parse: plainNumber },
    memory: { of: ({ memory }) => memory, parse: (text) => quantityOf('size', text) },
    clock: { of: ({ clock }) => clock, parse: (text) => quantityOf('frequency', text) },
    nic: { of: ({ nic }) => nic, parse: (text) => quantityOf('bit-rate', text) },
    iops: { of: ({ disk }) => disk?.iops ?? null, parse: plainNumber },
    price: { of: ({ price }) => price?.usdPerHour ?? null, parse: plainNumber },
    speed: { of: ({ speed }) => speed?.value ?? null, parse: plainNumber },
  };

const WORDS: Readonly<Record<string, Test>> = {
  all: () => true,
  metal: ({ level }) => level === 0,
  virtual: ({ level }) => level === 1,
  flex: ({ flex }) => flex === true,
};

/**
 * Reads a filter. Terms beside each other (blanks or commas) must all hold; `|` separates alternatives; `!` before a
 * term turns it round. A term is the name of a catalogue, `metal`, `virtual`, `flex` or `all`, a host's name with
 * `*` and `?`, or a comparison: `memory>=64GiB`, `cpus<=96`, `price<5`.
 *
 * @param catalogues names of catalogues there are
 * @throws {HostFilterError} for a term that is none of these.
 */
export function parseHostFilter(text: string, catalogues: readonly string[]): HostFilter {
  const alternatives = text
    .split('|')
    .map((part) => part.split(/[\s,]+/).filter((term) => term !== ''))
    .filter((terms) => terms.length > 0)
    .map((terms) => terms.map((term) => parseTerm(term, catalogues)));
  if (alternatives.length === 0) {
    throw new HostFilterError('the host filter is empty; expected one such as "ec2 memory>=64GiB"');
  }
  return {
    text,
    matches: (host) => alternatives.some((terms) => terms.every((test) => test(host))),
  };
}

/**
 * A word that stands in the catalogue of every host a filter can mean: its name, or the catalogue's. null when the filter
 * says more than one word, or one that describes.
 */
export function wordInCatalogue(filter: string): string | null {
  const word = filter.trim();
  return /^[\w.-]+$/.test(word) && !Object.hasOwn(WORDS, word) ? word : null;
}

function parseTerm(term: string, catalogues: readonly string[]): Test {
  if (term.startsWith('!')) {
    const inner = parseTerm(term.slice(1), catalogues);
    return (host) => !inner(host);
  }
  const comparison = /^([a-z]+)(<=|>=|<|>|=)(.+)$/.exec(term);
  if (comparison !== null) return parseComparison(term, comparison[1]!, comparison[2]!, comparison[3]!);
  if (Object.hasOwn(WORDS, term)) return WORDS[term]!;
  if (catalogues.includes(term)) return ({ catalogue }) => catalogue?.name === term;
  const pattern = new RegExp(
    `^${term
      .replaceAll(/[.+^${}()[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  );
  return ({ name }) => pattern.test(name);
}

function parseComparison(term: string, attribute: string, operator: string, value: string): Test {
  const known = Object.hasOwn(ATTRIBUTES, attribute) ? ATTRIBUTES[attribute] : undefined;
  if (known === undefined) {
    const near = nearestWord(attribute, Object.keys(ATTRIBUTES));
    throw new HostFilterError(
      `found ${quote(term)} in the host filter, expected one of ${Object.keys(ATTRIBUTES).join(', ')} before ${operator}` +
        (near === null ? '' : `; did you mean ${near}?`),
    );
  }
  let bound: number;
  try {
    bound = known.parse(value);
  } catch (error) {
    throw new HostFilterError(`found ${quote(term)} in the host filter: ${(error as Error).message}`);
  }
  const compare = COMPARE[operator]!;
  // What a host does not say cannot be held against a bound.
  return (host) => {
    const own = known.of(host);
    return own !== null && compare(own, bound);
  };
}

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '=': (a, b) => a === b,
};

function plainNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text)) throw new Error(`${quote(text)} is not a number`);
  return value;
}

/** A quantity whose unit may stand without a blank, as on a command line: `64GiB`. */
function quantityOf(dimension: Parameters<typeof parseQuantity>[0], text: string): number {
  const read = parseQuantity(dimension, text.replace(/^([\d.]+)\s*(?=[A-Za-z])/, '$1 '));
  if (!read.ok) throw new Error(`found ${read.found}, expected ${read.expected}`);
  return read.value;
}
