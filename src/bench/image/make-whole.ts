import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Makes a directory that appears whole or not at all, however many processes make it at the same time: each builds
 * its own aside, and the first one to finish gives it the name.
 *
 * @param fill writes into the directory it is given, and returns the names of what is to stay; the rest is removed
 */
export async function makeWhole(
  directory: string,
  fill: (aside: string) => Promise<readonly string[]>,
): Promise<void> {
  await mkdir(dirname(directory), { recursive: true });
  const aside = await mkdtemp(join(dirname(directory), `.${basename(directory)}.`));
  try {
    const stays = new Set(await fill(aside));
    for (const name of await readdir(aside)) {
      if (!stays.has(name)) await rm(join(aside, name), { recursive: true, force: true });
    }
    await rename(aside, directory);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const another = (code === 'ENOTEMPTY' || code === 'EEXIST') && existsSync(directory);
    if (!another) throw error;
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}
