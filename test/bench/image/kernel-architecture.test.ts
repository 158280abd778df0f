import { expect, test } from 'vitest';
import { identifyHeader } from '../../../src/bench/image/kernel-architecture.ts';

function bzImage(xloadflags: number, release: string): Buffer {
  const header = Buffer.alloc(0x1000);
  header.write('HdrS', 0x202, 'latin1');
  header.writeUInt16LE(0x600, 0x20e);
  header.writeUInt16LE(xloadflags, 0x236);
  header.write(`${release} (builder) #1\0`, 0x800, 'latin1');
  return header;
}

test('a bzImage says its release, and whether it is a 64-bit one', () => {
  expect(identifyHeader(bzImage(1, '6.12.9-cloud-amd64'))).toEqual({
    kind: 'x86-64',
    release: '6.12.9-cloud-amd64',
  });
  expect(identifyHeader(bzImage(0, '6.1.0-686'))).toEqual({ kind: 'other', what: 'a kernel for 32-bit x86' });
});

test('kernels for other machines are named', () => {
  const arm = Buffer.alloc(4096);
  arm.write('ARM\x64', 56, 'latin1');
  expect(identifyHeader(arm)).toEqual({ kind: 'other', what: 'a kernel for ARM64' });
  const elf = Buffer.alloc(64);
  elf.write('\x7fELF', 0, 'latin1');
  elf.writeUInt16LE(183, 18);
  expect(identifyHeader(elf)).toEqual({ kind: 'other', what: 'an ELF file for ARM64' });
  expect(identifyHeader(Buffer.from('hello'))).toMatchObject({ kind: 'other' });
});
