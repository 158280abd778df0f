import { expect, it } from 'vitest';
import { ConsoleTail } from '../../../src/bench/lab/console-tail.ts';

it('keeps the last lines of a console that arrives in pieces, without terminal codes', () => {
  const tail = new ConsoleTail();
  tail.append('\u001Bc\u001B[?7lSeaBIOS\r\n\r\nKernel pan');
  tail.append('ic - not syncing\r\nand an open end');
  expect(tail.last()).toEqual(['SeaBIOS', 'Kernel panic - not syncing', 'and an open end']);
  expect(tail.last(2)).toEqual(['Kernel panic - not syncing', 'and an open end']);
});

it('does not grow without bounds, whatever the guest prints', () => {
  const tail = new ConsoleTail();
  for (let line = 0; line < 10_000; line++) tail.append(`line ${line}\n`);
  tail.append('x'.repeat(1_000_000));
  const last = tail.last(1_000);
  expect(last.length).toBeLessThanOrEqual(61);
  expect(last.at(-2)).toBe('line 9999');
  expect(last.at(-1)!.length).toBeLessThanOrEqual(400);
});
