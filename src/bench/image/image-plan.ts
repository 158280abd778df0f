import { createHash } from 'node:crypto';
import { createReadStream, existsSync, realpathSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { FIRMWARE_IMAGE } from '../lab/qemu-arguments.ts';
import { ALL_MODULES, BOOT_MODULES, GUEST, initScript, startScript } from './init-script.ts';
import { MissingRequirement } from './missing-requirement.ts';
import { moduleClosure } from './module-closure.ts';
import { projectRoot } from './project.ts';
import { sharedLibraries } from './shared-libraries.ts';
import { findOptionalTool, findTool, runProgram } from './tool.ts';

/** A file of the image: where it goes, and what is in it. */
export type PlannedFile = {
  /** Absolute, as the guest sees it. */
  readonly path: string;
  readonly mode: number;
} & ({ readonly source: string } | { readonly data: Buffer });

/** What the guests' kernel consists of, ready for use. */
export interface GuestKernel {
  readonly release: string;
  readonly image: string;
  readonly modules: ReadonlyMap<string, Buffer>;
}

/** What a guest starts in, the helper for its APIC, and what QEMU looks for with any -kernel and qboot does not use. */
const FIRMWARE = [FIRMWARE_IMAGE, 'kvmvapic.bin', 'linuxboot_dma.bin'] as const;
const EXECUTABLE = 0o755;
const PLAIN = 0o644;

/** Everything in the image but the kernel, the initramfs and what is made from scratch. */
export async function planPrograms(
  { probe, qemu }: { readonly probe: string; readonly qemu: string },
  signal?: AbortSignal,
): Promise<readonly PlannedFile[]> {
  const programs = [
    { path: GUEST.node, source: realpathSync(process.execPath) },
    { path: GUEST.qemu, source: realpathSync(qemu) },
    ...optionalCompiler(),
  ];
  const libraries = new Set<string>();
  for (const { source } of programs) {
    for (const library of await sharedLibraries(source, signal)) libraries.add(library);
  }
  return [
    ...[
      ...programs,
      { path: GUEST.probe, source: probe },
      { path: GUEST.busybox, source: staticBusybox() },
    ].map((file) => ({ ...file, mode: EXECUTABLE })),
    ...[...libraries].map((library) => ({ path: library, source: realpathSync(library), mode: EXECUTABLE })),
    ...(await planFirmware(qemu, signal)),
    ...(await planAgent()),
  ];
}

/** The kernel, its modules and the initramfs, as files by which a guest boots the next one. */
export function planKernel(kernel: GuestKernel, initramfs: Buffer): readonly PlannedFile[] {
  return [
    { path: GUEST.kernel, source: kernel.image, mode: PLAIN },
    { path: GUEST.initramfs, data: initramfs, mode: PLAIN },
    ...ALL_MODULES.filter((name) => !(BOOT_MODULES as readonly string[]).includes(name)).map((name) => ({
      path: `${GUEST.modules}/${name}.ko`,
      data: kernel.modules.get(name)!,
      mode: PLAIN,
    })),
  ];
}

/** What the initramfs holds, in an order in which directories come first. */
export async function initramfsEntries(
  kernel: GuestKernel,
): Promise<Parameters<typeof import('./cpio.ts').writeCpio>[0]> {
  return [
    ...['bin', 'dev', 'proc', 'sys', 'root', 'modules'].map((path) => ({ type: 'directory', path }) as const),
    // Before devtmpfs is mounted this is where the kernel and init write to.
    { type: 'character-device', path: 'dev/console', major: 5, minor: 1 },
    { type: 'file', path: 'bin/busybox', mode: EXECUTABLE, data: await readFile(staticBusybox()) },
    { type: 'file', path: 'init', mode: EXECUTABLE, data: Buffer.from(initScript()) },
    ...BOOT_MODULES.map(
      (name) => ({ type: 'file', path: `modules/${name}.ko`, data: kernel.modules.get(name)! }) as const,
    ),
  ];
}

/** A hash of all that is in the image: two images with the same one are the same. */
export async function hashPlan(files: readonly PlannedFile[], packing: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(packing.join(' '));
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    hash.update(`${file.path}\0${file.mode}\0`);
    if ('data' in file) hash.update(file.data);
    else
      for await (const part of createReadStream(file.source, { highWaterMark: 1 << 20 })) hash.update(part);
  }
  return hash.digest('hex').slice(0, 20);
}

/** What one workload compiles with. Without it that workload says so, and all the others run. */
function optionalCompiler(): readonly { readonly path: string; readonly source: string }[] {
  const compiler = findOptionalTool('tcc');
  return compiler === null ? [] : [{ path: GUEST.compiler, source: realpathSync(compiler) }];
}

function staticBusybox(): string {
  const busybox = realpathSync(findTool('busybox'));
  return busybox;
}

async function planFirmware(qemu: string, signal?: AbortSignal): Promise<readonly PlannedFile[]> {
  const directories = (await runProgram(qemu, ['-L', 'help'], { signal })).toString().trim().split('\n');
  return FIRMWARE.map((name) => {
    const found = directories.map((directory) => join(directory, name)).find((path) => existsSync(path));
    if (found === undefined) {
      const where = directories.filter((directory) => directory !== '');
      throw new MissingRequirement(
        where.length === 0
          ? `${qemu} names no directories with firmware (-L help), expected a QEMU for x86-64`
          : `${qemu} has no firmware ${name} in ${where.join(', ')}`,
        ['qemu-system-data'],
      );
    }
    return { path: `${GUEST.firmware}/${name}`, source: found, mode: PLAIN };
  });
}

/** The agent as compiled, with the packages it imports. */
async function planAgent(): Promise<readonly PlannedFile[]> {
  const entry = join(projectRoot(), 'dist/bench/agent/main.js');
  const started = join(GUEST.agentRoot, relative(projectRoot(), entry));
  return [
    ...(await planModules(entry, GUEST.agentRoot)),
    { path: GUEST.start, data: Buffer.from(startScript(started)), mode: EXECUTABLE },
  ];
}

/** A compiled module of the project with all that it imports, as files below `target`. */
export async function planModules(entry: string, target: string): Promise<readonly PlannedFile[]> {
  const root = projectRoot();
  if (!existsSync(entry)) {
    throw new Error(`${entry} was not found: the agent runs compiled; build it with: npm run build`);
  }
  const { files, packages } = await moduleClosure(entry);
  const inImage = (path: string): string => join(target, relative(root, path));
  const modules = files.map((source) => ({ path: inImage(source), source, mode: PLAIN }));
  const dependencies = await Promise.all(packages.map((name) => planPackage(name, root, target)));
  return [
    ...modules,
    ...dependencies.flat(),
    { path: join(target, 'package.json'), data: Buffer.from('{"type":"module"}\n'), mode: PLAIN },
  ];
}

/** Scripts and WebAssembly of a package that has no dependencies of its own; types, sources and maps stay out. */
async function planPackage(name: string, root: string, target: string): Promise<readonly PlannedFile[]> {
  const manifest = packageManifest(name, join(root, 'package.json'));
  const { dependencies = {} } = JSON.parse(await readFile(manifest, 'utf8')) as { dependencies?: object };
  if (Object.keys(dependencies).length > 0) {
    throw new Error(
      `the agent imports ${name}, which has dependencies of its own; the image is made for packages without`,
    );
  }
  const directory = dirname(manifest);
  const files: PlannedFile[] = [];
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const source = join(entry.parentPath ?? entry.path, entry.name);
    if (!entry.isFile() || !/^package\.json$|\.(?:[cm]?js|wasm)$/.test(basename(source))) continue;
    files.push({
      path: join(target, 'node_modules', name, relative(directory, source)),
      source,
      mode: PLAIN,
    });
  }
  return files;
}

/** By the module search of Node, since a package need not export its manifest. */
function packageManifest(name: string, from: string): string {
  const searched = createRequire(from).resolve.paths(name) ?? [];
  const found = searched
    .map((directory) => join(directory, name, 'package.json'))
    .find((path) => existsSync(path));
  if (found === undefined)
    throw new Error(`the package ${name} was not found; install the dependencies: npm ci`);
  return found;
}
