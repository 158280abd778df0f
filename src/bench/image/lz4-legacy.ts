/**
 * Decompressor of the "legacy" LZ4 frame, which is what the kernel's own build writes (scripts/Makefile.lib,
 * `lz4 -l`): a magic number, then blocks, each preceded by its compressed size and holding 8 MiB, the last one less
 * (lz4_Frame_format.md, "Legacy frame"). After the last block the kernel's build appends the uncompressed size.
 */
const MAGIC = 0x184c2102;
const BLOCK_BYTES = 8 * 1024 * 1024;
/** The shortest match; its length is stored less this (lz4_Block_format.md). */
const MIN_MATCH = 4;

export function isLz4Legacy(data: Buffer): boolean {
  return data.length >= 8 && data.readUInt32LE(0) === MAGIC;
}

/**
 * @param uncompressedBytes size of the result, as the kernel's image says
 * @throws {Error} when the data is not a whole legacy frame of that size
 */
export function decompressLz4Legacy(data: Buffer, uncompressedBytes: number): Buffer {
  if (!isLz4Legacy(data)) throw new Error('lz4: the magic number of a legacy frame is missing');
  const output = Buffer.allocUnsafe(uncompressedBytes);
  let position = 4;
  let written = 0;
  while (written < uncompressedBytes) {
    if (position + 4 > data.length)
      throw new Error(`lz4: the data ends after ${written} of ${uncompressedBytes} bytes`);
    const size = data.readUInt32LE(position);
    position += 4;
    // A frame may be followed by another one.
    if (size === MAGIC) continue;
    if (position + size > data.length) throw new Error(`lz4: the block at ${position} is cut off`);
    const limit = Math.min(written + BLOCK_BYTES, uncompressedBytes);
    written = decompressBlock(data, position, position + size, output, written, limit);
    position += size;
  }
  return output;
}

/** One block: sequences of literals and a match into what was written before. @returns the new end of the output */
function decompressBlock(
  input: Buffer,
  start: number,
  end: number,
  output: Buffer,
  from: number,
  limit: number,
): number {
  let read = start;
  let write = from;
  while (read < end) {
    const token = input[read++]!;
    let literals = token >> 4;
    if (literals === 15) {
      let more: number;
      do {
        more = input[read++]!;
        literals += more;
      } while (more === 255);
    }
    if (read + literals > end || write + literals > limit) throw corrupt(read);
    input.copy(output, write, read, read + literals);
    read += literals;
    write += literals;
    // The last sequence is literals only.
    if (read >= end) break;
    const distance = input.readUInt16LE(read);
    read += 2;
    let match = token & 15;
    if (match === 15) {
      let more: number;
      do {
        more = input[read++]!;
        match += more;
      } while (more === 255);
    }
    match += MIN_MATCH;
    if (distance === 0 || distance > write - from || write + match > limit) throw corrupt(read);
    // A match may overlap what it writes: byte by byte then.
    if (distance >= match) output.copyWithin(write, write - distance, write - distance + match);
    else for (let i = 0; i < match; i++) output[write + i] = output[write - distance + i]!;
    write += match;
  }
  return write;
}

const corrupt = (position: number): Error => new Error(`lz4: the data is corrupt near byte ${position}`);
