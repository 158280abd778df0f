import { readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BLOCK_BYTES, packBlocks, SCRATCH_BYTES } from './packed-blocks.ts';
import { runTool } from './tool.ts';

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
