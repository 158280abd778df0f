/**
 * Where things are in a JSON text. `JSON.parse` says what is wrong but, in Node 20, mostly not where; and a value that
 * parsed but is not what it should be has no position at all.
 */

export type JsonPath = readonly (string | number)[];

export type JsonPosition =
  /** The text is JSON; `offset` is where the value at the path begins, or, when there is none, its nearest parent. */
  | { readonly valid: true; readonly offset: number }
  /** The text is not JSON from `offset` on. */
  | { readonly valid: false; readonly offset: number; readonly expected: string };

/** Deeper than any record, and far from the end of the stack. */
const MAX_DEPTH = 100;

export function locateInJson(text: string, path: JsonPath): JsonPosition {
  const scanner = new JsonScanner(text, path);
  try {
    scanner.scan();
    return { valid: true, offset: scanner.found };
  } catch (error) {
    if (error instanceof UnexpectedText)
      return { valid: false, offset: error.offset, expected: error.expected };
    throw error;
  }
}

class UnexpectedText extends Error {
  readonly offset: number;
  readonly expected: string;

  constructor(offset: number, expected: string) {
    super(expected);
    this.offset = offset;
    this.expected = expected;
  }
}

const WHITE_SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
const LITERAL = /true|false|null/y;

/** RFC 8259, nothing more and nothing less. */
class JsonScanner {
  readonly #text: string;
  readonly #path: JsonPath;
  #offset = 0;
  /** Where the deepest value on the path begins that there is. */
  found = 0;

  constructor(text: string, path: JsonPath) {
    this.#text = text;
    this.#path = path;
  }

  scan(): void {
    this.#skipWhiteSpace();
    this.#value(0, 0);
    if (this.#offset < this.#text.length) throw new UnexpectedText(this.#offset, 'the end of the line');
  }

  /** @param onPath how many steps of the path lead here, or -1 when this value is beside the path */
  #value(depth: number, onPath: number): void {
    if (depth > MAX_DEPTH)
      throw new UnexpectedText(this.#offset, `at most ${MAX_DEPTH} brackets in one another`);
    if (onPath >= 0) this.found = this.#offset;
    const first = this.#text[this.#offset];
    if (first === '{') this.#object(depth, onPath);
    else if (first === '[') this.#array(depth, onPath);
    else if (first === '"') this.#string();
    else if (!this.#match(LITERAL) && !this.#match(NUMBER)) throw new UnexpectedText(this.#offset, 'a value');
    this.#skipWhiteSpace();
  }

  #object(depth: number, onPath: number): void {
    this.#take('{');
    if (this.#takeIf('}')) return;
    do {
      const key = this.#string();
      this.#skipWhiteSpace();
      this.#take(':');
      this.#value(depth + 1, this.#step(onPath, key));
    } while (this.#takeIf(','));
    this.#take('}');
  }

  #array(depth: number, onPath: number): void {
    this.#take('[');
    if (this.#takeIf(']')) return;
    let index = 0;
    do {
      this.#value(depth + 1, this.#step(onPath, index));
      index++;
    } while (this.#takeIf(','));
    this.#take(']');
  }

  #step(onPath: number, key: string | number): number {
    return onPath >= 0 && onPath < this.#path.length && this.#path[onPath] === key ? onPath + 1 : -1;
  }

  /** By hand and not by one regular expression, whose stack a string of some megabytes would exhaust. */
  #string(): string {
    const start = this.#offset;
    if (this.#text[start] !== '"') throw new UnexpectedText(start, 'a string in double quotes');
    this.#offset++;
    for (;;) {
      const character = this.#text[this.#offset];
      if (character === undefined) throw new UnexpectedText(start, 'a string that ends');
      if (character < ' ') throw new UnexpectedText(this.#offset, 'an escape instead of a control character');
      if (character === '"') break;
      if (character !== '\\') this.#offset++;
      else if (!this.#match(ESCAPE)) throw new UnexpectedText(this.#offset, 'a valid escape');
    }
    this.#offset++;
    return JSON.parse(this.#text.slice(start, this.#offset)) as string;
  }

  #match(pattern: RegExp): boolean {
    pattern.lastIndex = this.#offset;
    if (!pattern.test(this.#text)) return false;
    this.#offset = pattern.lastIndex;
    return true;
  }

  #take(character: string): void {
    if (!this.#takeIf(character)) throw new UnexpectedText(this.#offset, `'${character}'`);
  }

  #takeIf(character: string): boolean {
    if (this.#text[this.#offset] !== character) return false;
    this.#offset++;
    this.#skipWhiteSpace();
    return true;
  }

  #skipWhiteSpace(): void {
    this.#match(WHITE_SPACE);
  }
}
