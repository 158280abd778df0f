import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { type CpioEntry, writeCpio } from '../../../src/bench/image/cpio.ts';

const ENTRIES: readonly CpioEntry[] = [
  { type: 'directory', path: 'bin' },
  { type: 'file', path: 'bin/tool', mode: 0o755, data: Buffer.from('seven!!') },
  { type: 'link', path: 'bin/sh', target: 'tool' },
  { type: 'file', path: 'empty', data: Buffer.alloc(0) },
];

const hasCpio = (() => {
  try {
    execFileSync('cpio', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe('the initramfs archive', () => {
  it.skipIf(!hasCpio)('is one that cpio reads: names, kinds, modes, sizes and targets', () => {
    const listing = execFileSync('cpio', ['-tv'], {
      input: writeCpio(ENTRIES),
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const lines = listing.trim().split('\n');
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^drwxr-xr-x .* bin$/);
    expect(lines[1]).toMatch(/^-rwxr-xr-x .* 7 .* bin\/tool$/);
    expect(lines[2]).toMatch(/^lrwxrwxrwx .* bin\/sh -> tool$/);
    expect(lines[3]).toMatch(/^-rw-r--r-- .* 0 .* empty$/);
  });

  it('is the same bytes for the same entries, in whole words, ended by the trailer', () => {
    const archive = writeCpio(ENTRIES);
    expect(writeCpio(ENTRIES).equals(archive)).toBe(true);
    expect(archive.length % 4).toBe(0);
    expect(archive.subarray(0, 6).toString()).toBe('070701');
    expect(archive.toString('latin1')).toContain('TRAILER!!!');
  });

  it('refuses paths that the kernel would not unpack where they were meant', () => {
    const at = (path: string): readonly CpioEntry[] => [{ type: 'directory', path }];
    for (const path of ['/absolute', '', 'a/../b']) expect(() => writeCpio(at(path)), path).toThrow();
    expect(() => writeCpio([...at('twice'), ...at('twice')])).toThrow(/twice/);
  });
});
