import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineSplitter } from '../../../src/bench/lab/line-splitter.ts';

it('gives the same lines however the stream is cut', () => {
  const line = fc.string({ minLength: 1 }).filter((text) => !text.includes('\n'));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(40)), (lines, cuts) => {
      const stream = lines.map((text) => `${text}\n`).join('');
      const seen: string[] = [];
      const splitter = new LineSplitter((text) => seen.push(text));
      let at = 0;
      for (const cut of cuts) {
        splitter.push(stream.slice(at, at + cut));
        at += cut;
      }
      splitter.push(stream.slice(at));
      expect(seen).toEqual(lines);
    }),
  );
});

it('refuses a line that never ends', () => {
  const splitter = new LineSplitter(() => undefined, 10);
  splitter.push('0123456789');
  expect(() => splitter.push('0')).toThrow(/more than 10 characters/);
});
