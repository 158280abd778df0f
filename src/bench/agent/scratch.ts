import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GUEST, RAM_DISK_MODULE } from '../image/init-script.ts';
import { SCRATCH_BYTES, unpackBlocks } from '../image/packed-blocks.ts';
import { loadModule } from './kernel-module.ts';

/**
 * Mounts the level's scratch directory: on the metal a RAM disk, so that the storage of the machine the lab runs on,
 * and its clock, have no part in it; above, the virtual disk that the level below keeps in a file of its own scratch.
 */
export async function mountScratch(onRamDisk: boolean): Promise<string> {
  let device: string = GUEST.scratchDevice;
  if (onRamDisk) {
    device = GUEST.metalScratchDevice;
    loadModule(RAM_DISK_MODULE, 'rd_nr=1', `rd_size=${SCRATCH_BYTES / 1024}`);
    await unpackBlocks(readFileSync(GUEST.scratchTemplate), device);
  }
  mkdirSync(GUEST.scratch, { recursive: true });
  execFileSync(GUEST.busybox, ['mount', '-t', 'ext4', device, GUEST.scratch], { stdio: 'pipe' });
  return GUEST.scratch;
}

/** The disk of the next level's guest: a new one for every boot, since a guest that died may have left it half written. */
export async function makeGuestDisk(scratch: string, name: string): Promise<string> {
  const path = join(scratch, name);
  await writeFile(path, '');
  await truncate(path, SCRATCH_BYTES);
  await unpackBlocks(readFileSync(GUEST.scratchTemplate), path);
  return path;
}
