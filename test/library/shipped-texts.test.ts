import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PACKAGE_ROOT } from '../../src/library/library.ts';
import { parseShipped } from '../../src/library/shipped-texts.ts';
import { readDocument } from '../../src/model/scenario/document.ts';
import { parsedJson, rememberParsed } from '../../src/model/scenario/parsed-texts.ts';
import { readCatalogue } from '../../src/model/scenario/read-catalogue.ts';

describe('texts parsed by the build', () => {
  test('say what the files do: every shipped one is among them', () => {
    const texts = parseShipped(PACKAGE_ROOT);
    const files = ['catalogue', 'platforms', 'scenarios'].flatMap((folder) =>
      readdirSync(join(PACKAGE_ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.yaml'))
        .map((name) => join(PACKAGE_ROOT, folder, name)),
    );
    expect(Object.keys(texts).length).toBe(new Set(files.map((file) => readFileSync(file, 'utf8'))).size);
  });

  test('give the same data, each reader its own, and the same places', () => {
    const text = 'a: { b: [1, two, null], c: 3 }\nd:\n  - e: 1.5\n';
    const before = readDocument('x.yaml', text);
    if (!before.ok) throw new Error('is YAML');
    rememberParsed(text, parsedJson(before.value.data)!);
    const after = readDocument('x.yaml', text);
    if (!after.ok) throw new Error('is known');
    expect(after.value.data).toEqual(before.value.data);
    expect(Object.getPrototypeOf((after.value.data as { a: object }).a)).toBeNull();
    expect(after.value.valueAt(['d', 0, 'e'])).toEqual(before.value.valueAt(['d', 0, 'e']));
    expect(after.value.keyAt(['a', 'c'])).toEqual(before.value.keyAt(['a', 'c']));
    (after.value.data as { a: { c: number } }).a.c = 4;
    const again = readDocument('x.yaml', text);
    expect(again.ok && (again.value.data as { a: { c: number } }).a.c).toBe(3);
  });

  test('are refused with the place of what is wrong, all the same', () => {
    const text = 'schema: nestmark/catalogue@1\nname: mine\nhosts:\n  h: { cores: many }\n';
    const before = readCatalogue('mine.yaml', text);
    const document = readDocument('mine.yaml', text);
    rememberParsed(text, parsedJson(document.ok && document.value.data)!);
    expect(readCatalogue('mine.yaml', text)).toEqual(before);
    expect(before.ok).toBe(false);
  });

  test('what JSON cannot say is left to the file', () => {
    const read = readDocument('x.yaml', 'bandwidth: .inf\n');
    expect(parsedJson(read.ok && read.value.data)).toBeNull();
  });
});
