import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { MissingRequirement } from './missing-requirement.ts';

/** Programs the lab runs on this machine, and the Debian package each one is in. */
export const TOOLS = {
  'qemu-system-x86_64': 'qemu-system-x86',
  mksquashfs: 'squashfs-tools',
  mke2fs: 'e2fsprogs',
  setpriv: 'util-linux',
  gcc: 'gcc',
  'apt-get': 'apt',
  'apt-cache': 'apt',
  'dpkg-deb': 'dpkg',
  ldd: 'libc-bin',
  busybox: 'busybox-static',
  tcc: 'tcc',
  ssh: 'openssh-client',
  tar: 'tar',
} as const;

export type Tool = keyof typeof TOOLS;

/** Where a user's PATH often does not lead, and administrators' tools are. */
const SYSTEM_DIRECTORIES = ['/usr/sbin', '/sbin'];

/** @throws {MissingRequirement} naming the package when the program is not on this machine */
export function findTool(tool: Tool): string {
  const found = findOptionalTool(tool);
  if (found !== null) return found;
  throw new MissingRequirement(`the program ${tool} was not found`, [TOOLS[tool]]);
}

/** @returns null when the program is not on this machine */
export function findOptionalTool(tool: Tool): string | null {
  const directories = [
    ...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean),
    ...SYSTEM_DIRECTORIES,
  ];
  for (const directory of directories) {
    const path = join(directory, tool);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here: the next directory.
    }
  }
  return null;
}

/** Checks everything at once, so that the user hears of all that is missing and not of one after the other. */
export function requireTools(tools: readonly Tool[]): void {
  const missing = tools.filter((tool) => {
    try {
      findTool(tool);
      return false;
    } catch {
      return true;
    }
  });
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((tool) => TOOLS[tool]))];
  throw new MissingRequirement(`not found on this machine: ${missing.join(', ')}`, packages);
}

export interface ToolOptions {
  readonly directory?: string;
  readonly signal?: AbortSignal | undefined;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: Uint8Array;
}

/** A program the lab needs ran and failed. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}

/**
 * Runs a program and returns what it wrote to its standard output.
 * @throws {MissingRequirement} when it is not on this machine; {ToolError} with what it said when it failed
 */
export function runTool(tool: Tool, args: readonly string[], options: ToolOptions = {}): Promise<Buffer> {
  return runProgram(findTool(tool), args, options);
}

/** The same for a program by its path. @throws {ToolError} */
export function runProgram(
  path: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      path,
      args,
      {
        cwd: options.directory,
        signal: options.signal,
        encoding: 'buffer',
        maxBuffer: 256 << 20,
        // Parsed here, so not in the user's language.
        env: { ...process.env, LC_ALL: 'C', ...options.environment },
      },
      (error, stdout, stderr) => {
        if (error === null) resolve(stdout);
        else if (error.name === 'AbortError') reject(error);
        else {
          const said = stderr.toString().trim().split('\n').slice(-5).join('\n');
          reject(
            new ToolError(
              `${basename(path)} ${args.join(' ')} failed (${error.code ?? error.signal ?? 'no status'})${said === '' ? '' : `:\n${said}`}`,
              {
                cause: error,
              },
            ),
          );
        }
      },
    );
    child.stdin?.on('error', () => {});
    child.stdin?.end(options.input);
  });
}
