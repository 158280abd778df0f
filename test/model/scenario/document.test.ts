import { describe, expect, it } from 'vitest';
import { MAX_FILE_SIZE, readDocument } from '../../../src/model/scenario/document.ts';
import { formatProblem } from '../../../src/model/scenario/problem.ts';

const problems = (text: string): string[] => {
  const read = readDocument('x.yaml', text);
  return read.ok ? [] : read.problems.map(formatProblem);
};

describe('readDocument', () => {
  it('gives plain data and the place of every key and value', () => {
    const read = readDocument('x.yaml', 'a: 1\nlist:\n  - { b: two, c: [3, 4] }\n');
    expect(read.ok).toBe(true);
    if (!read.ok) return;
    const { data, keyAt, valueAt } = read.value;
    expect(JSON.parse(JSON.stringify(data))).toEqual({ a: 1, list: [{ b: 'two', c: [3, 4] }] });
    expect(keyAt(['a'])).toEqual({ line: 1, column: 1 });
    expect(valueAt(['a'])).toEqual({ line: 1, column: 4 });
    expect(valueAt(['list', 0, 'b'])).toEqual({ line: 3, column: 10 });
    expect(valueAt(['list', 0, 'c', 1])).toEqual({ line: 3, column: 22 });
    expect(valueAt(['list', 0, 'missing'])).toEqual({ line: 3, column: 5 });
    expect(valueAt(['nowhere'])).toEqual({ line: 1, column: 1 });
  });

  it('counts lines ended by CR LF and skips a byte order mark', () => {
    expect(problems('a: 1\r\na: 2\r\n')).toEqual([
      'x.yaml:2:1: found the key "a" twice, first at line 1; keep one',
    ]);
  });

  it('expands aliases, each where it stands', () => {
    const read = readDocument('x.yaml', 'a: &a { b: 1 }\nc: *a\n');
    expect(read.ok && JSON.stringify(read.value.data)).toBe('{"a":{"b":1},"c":{"b":1}}');
  });

  it.each([
    [
      'a duplicate key',
      'a: 1\nb:\n  c: 1\n  c: 2\n',
      'x.yaml:4:3: found the key "c" twice, first at line 3; keep one',
    ],
    [
      'a merge key',
      'a: &a {b: 1}\nc:\n  <<: *a\n',
      'x.yaml:3:3: found the merge key <<, which is not supported; write the keys out',
    ],
    ['a cycle', 'a: &a\n  b: *a\n', 'x.yaml:2:6: found a cycle: *a stands inside &a'],
    ['an unknown alias', 'a: *nowhere\n', /Unresolved alias|no anchor/],
    ['a tag', 'a: !!binary aGk=\n', /found the tag .*expected plain YAML/],
    ['an unknown tag', 'a: !thing 1\n', /Unresolved tag/],
    [
      'a second document',
      'a: 1\n---\nb: 2\n',
      'x.yaml:2:1: found a second document in the file, expected one; split the file at the ---',
    ],
    ['a structure as a key', '? [a, b]\n: 1\n', /^x\.yaml:1:3: /],
    ['a tab', 'a:\n\tb: 1\n', /^x\.yaml:2:1: not valid YAML: Tabs/],
    ['an open quote', 'a: "b\n', /^x\.yaml:\d+:\d+: not valid YAML: Missing closing "quote/],
    ['an open bracket', 'a: [1, 2\n', /^x\.yaml:\d+:\d+: not valid YAML/],
  ])('refuses %s', (_, text, expected) => {
    const found = problems(text);
    expect(found.length).toBeGreaterThan(0);
    if (typeof expected === 'string') expect(found[0]).toBe(expected);
    else expect(found[0]).toMatch(expected);
  });

  it('reports many faults at once, and at most 20', () => {
    const twice = Array.from({ length: 60 }, (_, i) => `k${i >> 1}: 1\n`).join('');
    expect(problems(twice)).toHaveLength(20);
  });

  it('refuses an alias bomb without expanding it', () => {
    const levels = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${`*a${i}, `.repeat(10)}]`);
    expect(problems(`a0: &a0 [x]\n${levels.join('\n')}\n`)[0]).toMatch(/more than 50000 values/);
  });

  // Each of these brings the YAML library down, or to a standstill, when given to it as it is.
  it.each([
    ['list in list', '- '.repeat(MAX_FILE_SIZE / 2)],
    ['flow list in flow list', '['.repeat(MAX_FILE_SIZE)],
    ['map in map', '{a: '.repeat(MAX_FILE_SIZE / 4)],
    ['key in key', '? '.repeat(MAX_FILE_SIZE / 2)],
    ['closing brackets', '}'.repeat(MAX_FILE_SIZE)],
    ['directives', '%A\n'.repeat(MAX_FILE_SIZE / 3)],
    ['deep indentation', Array.from({ length: 1400 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['many keys', Array.from({ length: 140_000 }, (_, i) => `k${i.toString(36)}:`).join('\n')],
    ['tags', '! '.repeat(MAX_FILE_SIZE / 2)],
    ['anchors', '&a '.repeat(MAX_FILE_SIZE / 3)],
    ['too much text', 'a'.repeat(MAX_FILE_SIZE + 1)],
  ])('refuses a megabyte of %s', (_, text) => {
    const found = problems(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/nested more than|more than \d+|indented by|expected at most/);
  });

  it('keeps keys that objects have by themselves', () => {
    const read = readDocument('x.yaml', '__proto__: 1\nconstructor: 2\n');
    expect(read.ok && Object.keys(read.value.data as object)).toEqual(['__proto__', 'constructor']);
  });
});
