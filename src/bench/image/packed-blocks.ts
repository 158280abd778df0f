import { open } from 'node:fs/promises';

/** Size of every level's scratch disk. A level's disk is a sparse file on the one below: only what is written counts. */
export const SCRATCH_BYTES = 64 * 1024 * 1024;
export const BLOCK_BYTES = 4096;

/**
 * A disk as the blocks of it that are not zero.
 * @returns how many blocks there are, the number of each, then their content; all little endian, 32 bits.
 */
export function packBlocks(disk: Buffer): Buffer {
  const zero = Buffer.alloc(BLOCK_BYTES);
  const numbers: number[] = [];
  for (let block = 0; block * BLOCK_BYTES < disk.length; block++) {
    if (!blockOf(disk, block).equals(zero)) numbers.push(block);
  }
  const index = Buffer.alloc(4 + 4 * numbers.length);
  index.writeUInt32LE(numbers.length, 0);
  for (const [i, number] of numbers.entries()) index.writeUInt32LE(number, 4 + 4 * i);
  return Buffer.concat([index, ...numbers.map((number) => blockOf(disk, number))]);
}

const blockOf = (disk: Buffer, block: number): Buffer =>
  disk.subarray(block * BLOCK_BYTES, (block + 1) * BLOCK_BYTES);

/** Writes packed blocks to a file or a device that is zero elsewhere. */
export async function unpackBlocks(packed: Buffer, path: string): Promise<void> {
  const count = packed.readUInt32LE(0);
  const content = 4 + 4 * count;
  const file = await open(path, 'r+');
  try {
    for (let i = 0; i < count; i++) {
      const block = packed.subarray(content + i * BLOCK_BYTES, content + (i + 1) * BLOCK_BYTES);
      await file.write(block, 0, block.length, packed.readUInt32LE(4 + 4 * i) * BLOCK_BYTES);
    }
  } finally {
    await file.close();
  }
}
