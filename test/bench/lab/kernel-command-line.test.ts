import { expect, it } from 'vitest';
import { kernelCommandLine } from '../../../src/bench/lab/kernel-command-line.ts';

it('ends a guest that panics, keeps addresses in place, and appends what is asked for', () => {
  const words = kernelCommandLine(['single']).split(' ');
  for (const word of ['panic=-1', 'reboot=t', 'nokaslr', 'norandmaps', 'quiet'])
    expect(words).toContain(word);
  expect(words.at(-1)).toBe('single');
});

it('is refused when the kernel would cut it off', () => {
  expect(() => kernelCommandLine(['x'.repeat(2048)])).toThrow();
});
