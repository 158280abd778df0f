import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GuestKernel } from './image-plan.ts';
import { ALL_MODULES } from './init-script.ts';
import { findKernelPackage, readModules } from './kernel-package.ts';
import { makeWhole } from './make-whole.ts';
import { namedKernel } from './named-kernel.ts';

/** Grows when what is kept of a kernel changes, so that an older cache is not taken for it. */
const LAYOUT = 4;

export interface KernelCacheOptions {
  readonly cache: string;
  /** A package or a file; Debian's present cloud kernel when left out. */
  readonly named?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onDownload: (name: string) => void;
}

/** The guests' kernel: from the cache, or downloaded and unpacked into it. */
export async function cachedKernel({
  cache,
  named,
  signal,
  onDownload,
}: KernelCacheOptions): Promise<GuestKernel> {
  const found = await namedKernel(named ?? (await findKernelPackage(signal)).name, signal);
  const directory = join(cache, `kernel-${LAYOUT}-${found.key.replaceAll(/[^\w.+~-]/g, '_')}`);
  if (!existsSync(directory)) {
    onDownload(found.description);
    await makeWhole(directory, async (aside) => {
      const unpacked = join(aside, 'package');
      await mkdir(unpacked);
      const files = await found.files(unpacked);
      const modules = await readModules(files, ALL_MODULES);
      await mkdir(join(aside, 'modules'));
      for (const [name, data] of modules) await writeFile(join(aside, 'modules', `${name}.ko`), data);
      await copyFile(files.image, join(aside, 'vmlinuz'));
      await writeFile(join(aside, 'release'), files.release);
      return ['modules', 'vmlinuz', 'release'];
    });
  }
  const modules = ALL_MODULES.map(
    async (name) => [name, await readFile(join(directory, 'modules', `${name}.ko`))] as const,
  );
  return {
    release: await readFile(join(directory, 'release'), 'utf8'),
    image: join(directory, 'vmlinuz'),
    modules: new Map(await Promise.all(modules)),
  };
}
