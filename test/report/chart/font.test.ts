import { expect, test } from 'vitest';
import { textMeasure } from '../../../src/report/chart/font.ts';

// Advances of DejaVu Sans 2.37 in units of 2048 an em, as `ttx -t hmtx` lists them.
test.each([
  ['A', 1401],
  ['i', 569],
  [' ', 651],
  ['×', 1716],
  ['µ', 1303],
  ['AA i', 1401 + 1401 + 651 + 569],
])('%j is %i units wide', (text, units) => {
  expect(textMeasure('normal')(text) * 2048).toBeCloseTo(units, 6);
});

test('bold is wider', () => {
  expect(textMeasure('bold')('overhead')).toBeGreaterThan(textMeasure('normal')('overhead'));
});

test('a character the font has not takes the place of its stand-in', () => {
  expect(textMeasure('normal')('東')).toBeGreaterThan(0);
  expect(textMeasure('normal')('🎓')).toBeGreaterThan(0);
});
