import { gunzipSync } from 'node:zlib';
import { decompressLz4Legacy, isLz4Legacy } from './lz4-legacy.ts';
import { runTool } from './tool.ts';

/**
 * The uncompressed kernel out of a bzImage. An ELF image with the PVH note boots without the decompressor, which
 * under emulation takes longer than the rest of the boot, and without its random placement, so that the same
 * instructions run in every boot.
 *
 * Layout: Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header".
 */
const SETUP_SECTORS = 0x1f1;
const HEADER_MAGIC = 0x202;
const PROTOCOL_VERSION = 0x206;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;
/** `payload_offset` and `payload_length` exist since this version of the boot protocol. */
const PROTOCOL_WITH_PAYLOAD = 0x0208;
const SECTOR_BYTES = 512;
const DEFAULT_SETUP_SECTORS = 4;

/** Names with which PVH is announced in the ELF notes: owner and type (include/xen/interface/elfnote.h). */
const PVH_NOTE_OWNER = 'Xen';
const PVH_NOTE_TYPE = 18;

/** The compressed kernel inside a bzImage, with the uncompressed size that the kernel's build puts after it. */
export function bzImagePayload(image: Buffer): Buffer {
  if (
    image.length < PAYLOAD_LENGTH + 4 ||
    image.toString('latin1', HEADER_MAGIC, HEADER_MAGIC + 4) !== 'HdrS'
  ) {
    throw new Error('the kernel image has no boot header (HdrS): not a bzImage');
  }
  const version = image.readUInt16LE(PROTOCOL_VERSION);
  if (version < PROTOCOL_WITH_PAYLOAD) {
    throw new Error(`the kernel image speaks boot protocol ${version.toString(16)}, expected 208 or later`);
  }
  const setupSectors = image[SETUP_SECTORS] || DEFAULT_SETUP_SECTORS;
  const start = (setupSectors + 1) * SECTOR_BYTES + image.readUInt32LE(PAYLOAD_OFFSET);
  const length = image.readUInt32LE(PAYLOAD_LENGTH);
  if (start + length > image.length) throw new Error('the kernel image is shorter than its header says');
  return image.subarray(start, start + length);
}

/** @throws {Error} when the image is none, or is compressed in a way this does not know */
export async function extractKernel(image: Buffer): Promise<Buffer> {
  const payload = bzImagePayload(image);
  const size = payload.readUInt32LE(payload.length - 4);
  const kernel = await decompress(payload, size);
  if (kernel.toString('latin1', 1, 4) !== 'ELF')
    throw new Error('what the kernel image holds is not an ELF file');
  if (!hasPvhEntry(kernel)) {
    throw new Error('the kernel was built without a PVH entry (CONFIG_PVH), which the lab boots it by');
  }
  return kernel;
}

async function decompress(payload: Buffer, size: number): Promise<Buffer> {
  if (isLz4Legacy(payload)) return decompressLz4Legacy(payload, size);
  const magic = payload.readUInt32BE(0);
  // The size at the end is no part of the compressed stream; gzip has it as its own last field.
  const stream = payload.subarray(0, payload.length - 4);
  if (magic >>> 16 === 0x1f8b) return gunzipSync(payload);
  if (magic === 0xfd377a58) return await runTool('xz', ['-dc', '--single-stream'], { input: stream });
  if (magic === 0x28b52ffd) return await runTool('zstd', ['-dc'], { input: stream });
  throw new Error(
    `the kernel is compressed in an unknown way (it begins with ${payload.subarray(0, 4).toString('hex')}); expected lz4, gzip, xz or zstd`,
  );
}

/** Looks through the program headers of type PT_NOTE (elf(5), 64 bits, little endian). */
export function hasPvhEntry(elf: Buffer): boolean {
  const table = Number(elf.readBigUInt64LE(32));
  const entryBytes = elf.readUInt16LE(54);
  const entries = elf.readUInt16LE(56);
  for (let i = 0; i < entries; i++) {
    const header = table + i * entryBytes;
    if (elf.readUInt32LE(header) !== 4) continue;
    const start = Number(elf.readBigUInt64LE(header + 8));
    const end = start + Number(elf.readBigUInt64LE(header + 32));
    if (notesInclude(elf.subarray(start, end))) return true;
  }
  return false;
}

function notesInclude(notes: Buffer): boolean {
  const aligned = (bytes: number): number => (bytes + 3) & ~3;
  let position = 0;
  while (position + 12 <= notes.length) {
    const nameBytes = notes.readUInt32LE(position);
    const dataBytes = notes.readUInt32LE(position + 4);
    const type = notes.readUInt32LE(position + 8);
    const owner = notes.toString('latin1', position + 12, position + 12 + Math.max(0, nameBytes - 1));
    if (owner === PVH_NOTE_OWNER && type === PVH_NOTE_TYPE) return true;
    position += 12 + aligned(nameBytes) + aligned(dataBytes);
  }
  return false;
}
