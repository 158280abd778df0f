import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  BLOCK_BYTES,
  packBlocks,
  SCRATCH_BYTES,
  unpackBlocks,
} from '../../../src/bench/image/packed-blocks.ts';

it('packs a mostly empty disk small and unpacks the same disk', async () => {
  const disk = Buffer.alloc(SCRATCH_BYTES);
  disk.fill('superblock', BLOCK_BYTES, BLOCK_BYTES + 200);
  disk.fill('last', SCRATCH_BYTES - 8);
  const packed = packBlocks(disk);
  expect(packed.length).toBeLessThan(SCRATCH_BYTES / 100);
  const directory = await mkdtemp(join(tmpdir(), 'nestmark-blocks-'));
  try {
    const path = join(directory, 'disk');
    await writeFile(path, Buffer.alloc(SCRATCH_BYTES));
    await unpackBlocks(packed, path);
    expect((await readFile(path)).equals(disk)).toBe(true);
  } finally {
    await rm(directory, { recursive: true });
  }
});
