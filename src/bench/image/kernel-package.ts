import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MissingRequirement } from './missing-requirement.ts';
import { runTool, ToolError } from './tool.ts';

/** Debian's kernel for virtual machines: small, with KVM, virtio and squashfs as modules, and a PVH entry. */
const META_PACKAGE = 'linux-image-cloud-amd64';

export interface KernelPackage {
  readonly name: string;
  readonly version: string;
}

export interface KernelFiles {
  readonly release: string;
  /** The compressed image. */
  readonly image: string;
  /** The directory with the modules of this release. */
  readonly modules: string;
}

/** The package the running Debian release would install. Asks apt's lists, not the network. */
export async function findKernelPackage(signal?: AbortSignal): Promise<KernelPackage> {
  const shown = (
    await runTool('apt-cache', ['show', '--no-all-versions', META_PACKAGE], { signal }).catch(unknownPackage)
  ).toString();
  // "Depends: linux-image-6.1.0-56-cloud-amd64 (= 6.1.192-2)"
  const found = /^Depends:.*?\b(linux-image-\S+-cloud-amd64)(?: \(= ([^)]+)\))?/m.exec(shown);
  if (found === null) throw unavailable(`apt knows no package that ${META_PACKAGE} depends on`);
  const version = found[2] ?? /^Version: (.+)$/m.exec(shown)?.[1] ?? '';
  return { name: found[1]!, version };
}

/**
 * Downloads the package and unpacks it into `directory`: no root, nothing installed.
 * @param directory an empty directory
 */
export async function unpackKernelPackage(
  { name }: KernelPackage,
  directory: string,
  signal?: AbortSignal,
): Promise<KernelFiles> {
  try {
    await runTool('apt-get', ['download', '--quiet', name], { directory, signal });
  } catch (error) {
    if (error instanceof ToolError) throw unavailable(error.message);
    throw error;
  }
  const archive = (await readdir(directory)).find((file) => file.endsWith('.deb'));
  if (archive === undefined) throw unavailable(`apt-get download ${name} left no package`);
  const root = join(directory, 'root');
  await runTool('dpkg-deb', ['-x', join(directory, archive), root], { signal });
  return await kernelFilesIn(root);
}

/** @param root where a package was unpacked to */
export async function kernelFilesIn(root: string): Promise<KernelFiles> {
  const image = (await readdir(join(root, 'boot'))).find((file) => file.startsWith('vmlinuz-'));
  if (image === undefined) throw new Error(`the kernel package has no vmlinuz in ${join(root, 'boot')}`);
  const release = image.slice('vmlinuz-'.length);
  return { release, image: join(root, 'boot', image), modules: join(root, 'lib/modules', release) };
}

/**
 * Reads modules by name (underscores or dashes), wherever in the tree the release keeps them.
 * @throws {Error} naming the modules the package lacks
 */
export async function readModules(
  { modules, release }: KernelFiles,
  names: readonly string[],
): Promise<ReadonlyMap<string, Buffer>> {
  const paths = new Map<string, string>();
  for (const entry of await readdir(modules, { recursive: true, withFileTypes: true })) {
    const match = /^(.+)\.ko$/.exec(entry.name);
    if (entry.isFile() && match !== null)
      paths.set(canonical(match[1]!), join(entry.parentPath ?? entry.path, entry.name));
  }
  const lacking = names.filter((name) => !paths.has(canonical(name)));
  if (lacking.length > 0) {
    throw new Error(
      `the kernel package of ${release} lacks the modules ${lacking.join(', ')} (uncompressed, as .ko)`,
    );
  }
  const read = names.map(async (name) => [name, await readFile(paths.get(canonical(name))!)] as const);
  return new Map(await Promise.all(read));
}

/** Module names are told with underscores, file names are not. */
const canonical = (name: string): string => name.replaceAll('-', '_');

const unavailable = (detail: string): MissingRequirement =>
  new MissingRequirement(
    `the guests' kernel is Debian's package ${META_PACKAGE}, downloaded by apt-get and not installed, and it could not be had: an amd64 Debian with package lists (apt-get update) and a way to its mirror is needed`,
    [],
    detail,
  );

function unknownPackage(error: unknown): never {
  throw error instanceof ToolError ? unavailable(error.message) : error;
}
