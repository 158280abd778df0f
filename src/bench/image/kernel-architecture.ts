import { open } from 'node:fs/promises';

/** What a file is that somebody calls a kernel. */
export type KernelFile =
  | { readonly kind: 'x86-64'; readonly release: string | null }
  | { readonly kind: 'other'; readonly what: string };

/** Enough for every header that is looked at, and for the text of the release in a bzImage's. */
const HEADER_BYTES = 64 * 1024;

/** Machines of ELF (elf.h, EM_*), by what people call them. */
const ELF_MACHINES: Readonly<Record<number, string>> = {
  3: '32-bit x86',
  8: 'MIPS',
  20: 'PowerPC',
  21: 'PowerPC64',
  22: 's390',
  40: '32-bit ARM',
  62: 'x86-64',
  183: 'ARM64',
  243: 'RISC-V',
  258: 'LoongArch',
};

/** Reads what a kernel's file says of itself, without running it. */
export async function identifyKernel(path: string): Promise<KernelFile> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(HEADER_BYTES);
    const { bytesRead } = await file.read(buffer, 0, HEADER_BYTES, 0);
    return identifyHeader(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

export function identifyHeader(header: Buffer): KernelFile {
  const has = (text: string, at: number): boolean => header.toString('latin1', at, at + text.length) === text;
  // Documentation/arch/x86/boot.rst: the header's magic, the flags of a 64-bit entry, where the release is.
  if (header.length > 0x250 && has('HdrS', 0x202)) {
    if ((header.readUInt16LE(0x236) & 1) === 0) return other('a kernel for 32-bit x86');
    const release = header.readUInt16LE(0x20e) + 0x200;
    const end = header.indexOf(0, release);
    const text = header.toString('latin1', release, end < 0 ? release : end).split(' ')[0] ?? '';
    return { kind: 'x86-64', release: text === '' ? null : text };
  }
  if (has('\x7fELF', 0)) {
    const machine = header.readUInt16LE(18);
    if (machine === 62) return { kind: 'x86-64', release: null };
    return other(`an ELF file for ${ELF_MACHINES[machine] ?? `machine ${machine}`}`);
  }
  // Documentation/arch/arm64/booting.rst and arch/riscv/boot-image-header.rst.
  if (has('ARM\x64', 56)) return other('a kernel for ARM64');
  if (has('RSC\x05', 56)) return other('a kernel for RISC-V');
  if (has('\x1f\x8b', 0)) return other('compressed by gzip, as kernels for ARM64 are');
  return other('no kernel that is known here (neither a bzImage nor ELF)');
}

const other = (what: string): KernelFile => ({ kind: 'other', what });
