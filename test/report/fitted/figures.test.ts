import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openLibrary } from '../../../src/library/library.ts';
import { figuresOf, figureWords } from '../../../src/report/fitted/figures.ts';

const names = readdirSync(new URL('../../../platforms', import.meta.url))
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.replace('.yaml', ''));

/** Everything in a profile that says what it rests on, wherever it stands. */
function figuresIn(part: unknown): readonly unknown[] {
  if (typeof part !== 'object' || part === null) return [];
  if ('basis' in part && 'value' in part) return [part];
  return Object.values(part).flatMap(figuresIn);
}

it.each(names)('%s: every number is told, once, by a name of its own', (name) => {
  const loaded = openLibrary().loadPlatform(name);
  if (!loaded.ok) throw new Error(`${name} cannot be read`);
  const { platform } = loaded.value;
  const told = figuresOf(platform);
  expect(new Set(told.map(({ figure }) => figure))).toEqual(new Set(figuresIn(platform)));
  expect(told).toHaveLength(new Set(told.map((each) => each.name)).size);
  for (const each of told) expect(figureWords(each).value).not.toMatch(/NaN|undefined/);
});
