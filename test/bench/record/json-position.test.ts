import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { locateInJson } from '../../../src/bench/record/json-position.ts';

describe('locateInJson', () => {
  test('finds a value by its path', () => {
    const text = ' {"a": [1, {"b": "x\\"y"}], "c" : null}';
    expect(text.slice(offsetOf(text, ['a', 1, 'b']))).toMatch(/^"x/);
    expect(text.slice(offsetOf(text, ['c']))).toMatch(/^null/);
    expect(text.slice(offsetOf(text, []))).toMatch(/^{"a"/);
  });

  test('falls back to the nearest parent of a value that is not there', () => {
    const text = '{"a": {"b": 1}}';
    expect(offsetOf(text, ['a', 'missing', 'deeper'])).toBe(6);
  });

  test('does not confuse a key with the same key elsewhere', () => {
    const text = '{"x": {"a": 1}, "a": 2}';
    expect(text.slice(offsetOf(text, ['a']))).toBe('2}');
  });

  test.each([
    ['{"a":1,}', 7, 'a string in double quotes'],
    ['{"a" 1}', 5, "':'"],
    ['{"a":1', 6, "'}'"],
    ['[1 2]', 3, "']'"],
    ['{"a":"b', 5, 'a string that ends'],
    ['"a\u0001"', 2, 'an escape instead of a control character'],
    ['"\\x"', 1, 'a valid escape'],
    ['01', 1, 'the end of the line'],
    ['nul', 0, 'a value'],
    ['', 0, 'a value'],
    ['{} x', 3, 'the end of the line'],
  ])('says where %j stops being JSON', (text, offset, expected) => {
    expect(locateInJson(text, [])).toEqual({ valid: false, offset, expected });
  });

  test('agrees with JSON.parse on what is JSON, for any text near to it', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.nat(3),
        fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom(...'{}[]",:\\0-.eEtfn\n\t ')),
        (json, where, remove, insert) => {
          const at = where % (json.length + 1);
          const text = json.slice(0, at) + insert + json.slice(at + remove);
          expect(locateInJson(text, []).valid).toBe(parses(text));
        },
      ),
      { numRuns: 3000 },
    );
  });

  test('points at the very value, for any value in any JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const text = JSON.stringify(object);
        for (const key of Object.keys(object)) {
          const value = JSON.stringify(object[key]);
          expect(text.slice(offsetOf(text, [key])).startsWith(value)).toBe(true);
        }
      }),
    );
  });

  test('survives megabytes in one string and brackets without end', () => {
    expect(locateInJson(`"${'a'.repeat(8_000_000)}"`, []).valid).toBe(true);
    expect(locateInJson('['.repeat(1_000_000), []).valid).toBe(false);
  });
});

function offsetOf(text: string, path: readonly (string | number)[]): number {
  const position = locateInJson(text, path);
  expect(position.valid).toBe(true);
  return position.offset;
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
