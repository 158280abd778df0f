import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { compileProbe } from '../probe/compile.ts';
import { writeCpio } from './cpio.ts';
import { hashPlan, initramfsEntries, type PlannedFile, planKernel, planPrograms } from './image-plan.ts';
import { GUEST } from './init-script.ts';
import { cachedKernel } from './kernel-cache.ts';
import { makeWhole } from './make-whole.ts';
import { projectRoot } from './project.ts';
import { makeScratchTemplate } from './scratch-template.ts';
import { findTool, requireTools, runTool } from './tool.ts';

/** What every level of the emulated lab boots from. */
export interface LabImage {
  /** Hash of all that is in it. */
  readonly key: string;
  readonly kernelRelease: string;
  /** The QEMU that is in it, and that starts the outermost machine. */
  readonly qemu: string;
  readonly kernel: string;
  readonly initramfs: string;
  /** Read-only squashfs with Node, QEMU, the agent, and kernel and initramfs for the next level. */
  readonly root: string;
}

export interface ImageOptions {
  /** Where images and kernels are kept; `.cache/lab` of the project when left out. */
  readonly cache?: string | undefined;
  /** The guests' kernel: a Debian package, or a file; Debian's present cloud kernel when left out. */
  readonly kernel?: string | undefined;
  /** Another QEMU than the one in PATH. */
  readonly qemu?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onStep?: (step: string) => void;
}

/** Images of other inputs that are kept: a developer goes back and forth between two states. */
const KEPT_IMAGES = 2;
/** No build takes this long: what lies aside for longer belongs to none. */
const LEFTOVER_MS = 60 * 60 * 1000;
const IMAGE_PREFIX = 'image-';
/** Directories a guest mounts something on. */
const MOUNT_POINTS = ['dev', 'proc', 'sys', 'tmp', 'run', 'bin'];

/**
 * The image for this Node, this QEMU, this agent and Debian's present kernel: from the cache when nothing has changed.
 * @throws {MissingRequirement} when the machine lacks something, {ProbeBuildError} when the probe cannot be compiled
 */
export async function ensureImage(options: ImageOptions = {}): Promise<LabImage> {
  const { signal, onStep = () => undefined } = options;
  const cache = options.cache ?? join(projectRoot(), '.cache/lab');
  requireTools(['mksquashfs', 'mke2fs', 'busybox', 'gcc', 'ldd', 'apt-cache', 'apt-get', 'dpkg-deb']);
  const qemu = options.qemu ?? findTool('qemu-system-x86_64');
  await mkdir(cache, { recursive: true });
  const kernel = await cachedKernel({
    ...{ cache, named: options.kernel, signal },
    onDownload: (name) => onStep(`getting the guests’ kernel, ${name}`),
  });
  const parts = join(cache, `.parts-${process.pid}-${Math.floor(performance.now() * 1000)}`);
  await mkdir(parts);
  try {
    const probe = join(parts, 'probe');
    await compileProbe(probe);
    const initramfs = writeCpio(await initramfsEntries(kernel));
    const files: readonly PlannedFile[] = [
      ...(await planPrograms({ probe, qemu }, signal)),
      ...planKernel(kernel, initramfs),
      { path: GUEST.scratchTemplate, data: await makeScratchTemplate(parts, signal), mode: 0o644 },
    ];
    const key = await hashPlan(files, SQUASH_OPTIONS);
    const directory = join(cache, IMAGE_PREFIX + key);
    if (!existsSync(directory)) {
      onStep('building the guests’ image');
      await makeWhole(directory, async (aside) => {
        await stage(files, join(aside, 'tree'));
        await squash(join(aside, 'tree'), join(aside, 'root.squashfs'), signal);
        await writeFile(join(aside, 'initramfs.cpio'), initramfs);
        await copyFile(kernel.image, join(aside, 'vmlinuz'));
        return ['root.squashfs', 'initramfs.cpio', 'vmlinuz'];
      });
    }
    await forgetOthers(cache, directory);
    return {
      key,
      kernelRelease: kernel.release,
      qemu,
      kernel: join(directory, 'vmlinuz'),
      initramfs: join(directory, 'initramfs.cpio'),
      root: join(directory, 'root.squashfs'),
    };
  } finally {
    await rm(parts, { recursive: true, force: true });
  }
}

async function stage(files: readonly PlannedFile[], tree: string): Promise<void> {
  for (const directory of MOUNT_POINTS) await mkdir(join(tree, directory), { recursive: true });
  for (const file of files) {
    const target = join(tree, file.path);
    await mkdir(dirname(target), { recursive: true });
    if ('data' in file) await writeFile(target, file.data);
    else await copyFile(file.source, target);
    await chmod(target, file.mode);
  }
  await symlink('busybox', join(tree, 'bin/sh'));
}

/**
 * LZ4: what a guest reads of Node and QEMU costs a nested guest more in transfers than in decompression. Blocks of 1 MiB:
 * a block is one read of the guest's disk, and one interrupt, each of which may hang a nested guest (guestArguments in
 * lab/qemu-arguments.ts). L2 boots with 87 reads instead of 445 of 128 KiB, in the same time.
 */
const SQUASH_OPTIONS = ['-comp', 'lz4', '-b', '1M', '-all-root', '-no-xattrs'] as const;

async function squash(tree: string, output: string, signal?: AbortSignal): Promise<void> {
  await runTool(
    'mksquashfs',
    [tree, output, '-noappend', '-no-progress', '-quiet', ...SQUASH_OPTIONS],
    // The times of all files and of the file system; mksquashfs refuses its own options for them next to it.
    { signal, environment: { SOURCE_DATE_EPOCH: '0' } },
  );
}

/** Marks an image as used, and removes those that were used the longest ago and what a killed build left. */
async function forgetOthers(cache: string, current: string): Promise<void> {
  const now = new Date();
  await utimes(current, now, now);
  const entries = await Promise.all(
    (await readdir(cache)).map(async (name) => {
      const path = join(cache, name);
      // Another process may be building, and its leftovers be gone by now.
      const at = (await stat(path).catch(() => null))?.mtimeMs ?? Number.POSITIVE_INFINITY;
      return { name, path, at };
    }),
  );
  const images = entries.filter(({ name }) => name.startsWith(IMAGE_PREFIX)).sort((a, b) => b.at - a.at);
  const leftovers = entries.filter(
    ({ name, at }) => name.startsWith('.') && at < now.getTime() - LEFTOVER_MS,
  );
  for (const { path } of [...images.slice(1 + KEPT_IMAGES), ...leftovers]) {
    await rm(path, { recursive: true, force: true });
  }
}
