import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { identifyKernel } from './kernel-architecture.ts';
import { type KernelFiles, kernelFilesIn, unpackKernelPackage } from './kernel-package.ts';
import { runTool, ToolError } from './tool.ts';

/** A kernel that was named and cannot be the guests'; the message says why. */
export class UnusableKernel extends Error {
  override readonly name = 'UnusableKernel';
}

/** A kernel somebody named: how it is known in a cache, and how its files are had. */
export interface NamedKernel {
  readonly key: string;
  readonly description: string;
  /** @param directory an empty one, for what has to be unpacked */
  files(directory: string): Promise<KernelFiles>;
}

const ARCHITECTURE = 'amd64';

/**
 * A Debian package by name or as a file, or the image of a kernel whose modules are where they are when it is installed.
 * What is for another architecture is refused here, before anything boots.
 * @throws {UnusableKernel}
 */
export async function namedKernel(name: string, signal?: AbortSignal): Promise<NamedKernel> {
  if (!name.includes('/') && !existsSync(name)) return await packageByName(name, signal);
  const path = resolve(name);
  if (!existsSync(path))
    throw new UnusableKernel(`${name}: found no such file, expected a kernel or a package`);
  if ((await stat(path)).isDirectory()) {
    throw new UnusableKernel(`${name}: found a directory, expected a kernel (vmlinuz) or a Debian package`);
  }
  return path.endsWith('.deb') ? await packageFile(path, signal) : await imageFile(path);
}

async function packageByName(name: string, signal?: AbortSignal): Promise<NamedKernel> {
  let shown: string;
  try {
    shown = (await runTool('apt-cache', ['show', '--no-all-versions', '--', name], { signal })).toString();
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    throw new UnusableKernel(
      `${name}: apt knows no such package (and there is no such file); expected a path to a kernel, or a package such as linux-image-cloud-amd64 (apt-cache search linux-image)`,
    );
  }
  const field = (key: string): string => new RegExp(`^${key}: (.+)$`, 'm').exec(shown)?.[1] ?? '';
  requireArchitecture(name, field('Architecture'));
  // A package that stands for the newest one depends on it by name.
  const depends = /^Depends:.*?\b(linux-image-\d\S*)/m.exec(shown)?.[1];
  if (depends !== undefined && !/^linux-image-\d/.test(name)) return await packageByName(depends, signal);
  const version = field('Version');
  return {
    key: `${name}_${version}`,
    description: `${name} ${version}`,
    files: (directory) => unpackKernelPackage({ name, version }, directory, signal),
  };
}

async function packageFile(path: string, signal?: AbortSignal): Promise<NamedKernel> {
  const fields = ['Package', 'Version', 'Architecture'];
  let text: string;
  try {
    text = (await runTool('dpkg-deb', ['-f', path, ...fields], { signal })).toString();
  } catch (error) {
    if (error instanceof ToolError)
      throw new UnusableKernel(`${path}: is no Debian package\n${error.message}`);
    throw error;
  }
  const field = (key: string): string => new RegExp(`^${key}: (.+)$`, 'm').exec(text)?.[1] ?? '';
  requireArchitecture(path, field('Architecture'));
  return {
    key: `file-${await hashOf(path)}`,
    description: `${basename(path)} (${field('Package')} ${field('Version')})`,
    async files(directory) {
      const root = join(directory, 'root');
      await runTool('dpkg-deb', ['-x', path, root], { signal });
      return await kernelFilesIn(root);
    },
  };
}

async function imageFile(path: string): Promise<NamedKernel> {
  const found = await identifyKernel(path);
  if (found.kind === 'other') throw wrongArchitecture(path, found.what);
  const { release } = found;
  if (release === null) {
    throw new UnusableKernel(
      `${path}: does not say its release, so that its modules cannot be found; expected a bzImage (vmlinuz), or a Debian package`,
    );
  }
  const places = [join(dirname(dirname(path)), 'lib/modules', release), join('/lib/modules', release)];
  const modules = places.find((place) => existsSync(place));
  if (modules === undefined) {
    throw new UnusableKernel(
      `${path}: is Linux ${release}, and its modules were not found in ${places.join(' or ')}; the guests need virtio, squashfs and KVM from there`,
    );
  }
  return {
    key: `file-${await hashOf(path)}`,
    description: `${basename(path)} (${release})`,
    files: () => Promise.resolve({ release, image: path, modules }),
  };
}

function requireArchitecture(name: string, architecture: string): void {
  if (architecture !== ARCHITECTURE) throw wrongArchitecture(name, `a package for ${architecture}`);
}

const wrongArchitecture = (name: string, what: string): UnusableKernel =>
  new UnusableKernel(
    `${name}: found ${what}, expected a Linux for x86-64 (${ARCHITECTURE}): the guests are x86-64 machines`,
  );

async function hashOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex')
    .slice(0, 16);
}
