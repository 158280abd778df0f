import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The one font of pictures: the same on every machine, so that a picture is the same everywhere too. */
export const FONT_FAMILY = 'DejaVu Sans';

const require = createRequire(import.meta.url);
const regular = (): string => require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');
const bold = (): string => require.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf');

export const fontFiles = (): string[] => [regular(), bold()];

/** Width of a text in units of its font size, from the font's own tables. */
export type TextMeasure = (text: string) => number;

export function textMeasure(weight: 'normal' | 'bold'): TextMeasure {
  const advance = advanceReader(readFileSync(weight === 'bold' ? bold() : regular()));
  const known = new Map<number, number>();
  return (text) => {
    let width = 0;
    for (const character of text) {
      const code = character.codePointAt(0)!;
      let one = known.get(code);
      if (one === undefined) {
        one = advance(code);
        known.set(code, one);
      }
      width += one;
    }
    return width;
  };
}

/**
 * Reads `head`, `hhea`, `hmtx` and the format 4 subtable of `cmap` (OpenType specification 1.9, chapters of these
 * names); kerning is left out, as resvg's difference to it is below a pixel here.
 */
function advanceReader(font: Buffer): (code: number) => number {
  const tables = new Map<string, number>();
  for (let index = 0; index < font.readUInt16BE(4); index += 1) {
    const entry = 12 + 16 * index;
    tables.set(font.toString('latin1', entry, entry + 4), font.readUInt32BE(entry + 8));
  }
  const table = (name: string): number => {
    const offset = tables.get(name);
    if (offset === undefined) throw new Error(`The font has no ${name} table; reinstall dejavu-fonts-ttf.`);
    return offset;
  };
  const unitsPerEm = font.readUInt16BE(table('head') + 18);
  const metrics = font.readUInt16BE(table('hhea') + 34);
  const glyphOf = glyphReader(font, table('cmap'));
  return (code) => {
    const glyph = Math.min(glyphOf(code), metrics - 1);
    return font.readUInt16BE(table('hmtx') + 4 * glyph) / unitsPerEm;
  };
}

function glyphReader(font: Buffer, cmap: number): (code: number) => number {
  const subtable = Array.from(
    { length: font.readUInt16BE(cmap + 2) },
    (_, index) => cmap + font.readUInt32BE(cmap + 4 + 8 * index + 4),
  ).find((offset) => font.readUInt16BE(offset) === 4);
  if (subtable === undefined)
    throw new Error('The font has no format 4 character map; reinstall dejavu-fonts-ttf.');
  const segments = font.readUInt16BE(subtable + 6) / 2;
  const ends = subtable + 14;
  const starts = ends + 2 * segments + 2;
  const deltas = starts + 2 * segments;
  const ranges = deltas + 2 * segments;
  return (code) => {
    if (code > 0xffff) return 0;
    for (let segment = 0; segment < segments; segment += 1) {
      if (code > font.readUInt16BE(ends + 2 * segment)) continue;
      const start = font.readUInt16BE(starts + 2 * segment);
      if (code < start) return 0;
      const delta = font.readUInt16BE(deltas + 2 * segment);
      const range = font.readUInt16BE(ranges + 2 * segment);
      if (range === 0) return (code + delta) & 0xffff;
      const glyph = font.readUInt16BE(ranges + 2 * segment + range + 2 * (code - start));
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
}
