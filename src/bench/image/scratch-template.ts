import { open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from './tool.ts';

/** Size of every level's scratch disk. A level's disk is a sparse file on the one below: only what is written counts. */
export const SCRATCH_BYTES = 32 * 1024 * 1024;
const BLOCK_BYTES = 4096;
/** Any fixed one: the file system is then the same bytes in every image. */
const IDENTITY = '6e657374-6d61-726b-8000-000000000001';

/**
 * An empty ext4 file system with a journal, as the blocks of it that are not zero: a guest can write these to its
 * disk in a moment, and has no need of mke2fs.
 */
export async function makeScratchTemplate(directory: string, signal?: AbortSignal): Promise<Buffer> {
  const file = join(directory, 'scratch.ext4');
  await writeFile(file, '');
  await truncate(file, SCRATCH_BYTES);
  await runTool(
    'mke2fs',
    [
      ...['-q', '-F', '-t', 'ext4', '-b', String(BLOCK_BYTES), '-m', '0', '-U', IDENTITY],
      ...['-E', `hash_seed=${IDENTITY},lazy_itable_init=0,lazy_journal_init=0,nodiscard`, file],
    ],
    // e2fsprogs takes the time of creation from here.
    { signal, environment: { E2FSPROGS_FAKE_TIME: '1' } },
  );
  const packed = packBlocks(await readFile(file));
  await rm(file);
  return packed;
}

/** @returns how many blocks there are, the number of each, then their content; all little endian, 32 bits. */
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
