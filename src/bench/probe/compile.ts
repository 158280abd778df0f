import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What the probe is built with. Static, so that the one binary runs in any guest, whatever its libraries. */
export const PROBE_COMPILER_FLAGS: readonly string[] = ['-O2', '-static', '-pthread', '-Wall', '-Wextra'];

/** The probe cannot be built on this machine; the message says what is missing and how to get it. */
export class ProbeBuildError extends Error {
  override readonly name = 'ProbeBuildError';
}

/** The probe's source: beside this file, or, when this file runs from `dist`, in the `src` it was compiled from. */
export function probeSource(): string {
  const candidates = ['./probe.c', '../../../src/bench/probe/probe.c'].map((relative) =>
    fileURLToPath(new URL(relative, import.meta.url)),
  );
  const found = candidates.find((candidate) => existsSync(candidate));
  if (found === undefined) {
    throw new ProbeBuildError(
      `the native probe's source was not found; looked for ${candidates.join(' and ')}. Run nestmark from its checkout.`,
    );
  }
  return found;
}

/** Every file the probe is built from, for whoever caches what was built by the content of its sources. */
export function probeSources(): readonly string[] {
  const directory = dirname(probeSource());
  return readdirSync(directory)
    .filter((name) => /\.[ch]$/.test(name))
    .sort()
    .map((name) => join(directory, name));
}

/**
 * Compiles the native probe to `output`, which appears whole or not at all.
 *
 * @throws {ProbeBuildError} when there is no compiler, no static C library, or this is not an x86-64 machine
 */
export async function compileProbe(output: string, compiler = 'gcc'): Promise<void> {
  if (process.arch !== 'x64') {
    throw new ProbeBuildError(
      `the native probe measures x86-64 instructions, and this machine is ${process.arch}; run it on an x86-64 machine`,
    );
  }
  const target = resolve(output);
  const aside = `${target}.${process.pid}.tmp`;
  await mkdir(dirname(target), { recursive: true });
  try {
    await run(compiler, [...PROBE_COMPILER_FLAGS, probeSource(), '-o', aside]);
    await rename(aside, target);
  } catch (error) {
    await rm(aside, { force: true });
    throw explain(error, compiler);
  }
}

function explain(error: unknown, compiler: string): unknown {
  if (!(error instanceof Error)) return error;
  const { code, stderr = '' } = error as Error & { code?: string | number; stderr?: string };
  if (code === 'ENOENT') {
    return new ProbeBuildError(
      `no C compiler: '${compiler}' was not found. The native probe needs the Debian packages gcc and libc6-dev: apt-get install gcc libc6-dev`,
    );
  }
  // Debian's gcc without libc6-dev: no headers, no crt1.o, no libc.a.
  if (/fatal error: \S+\.h: No such file|cannot find (crt1\.o|-lc\b)/.test(stderr)) {
    return new ProbeBuildError(
      `'${compiler}' works but the C library's headers or its static library are missing. Debian has them in libc6-dev: apt-get install libc6-dev\n${stderr.trim()}`,
    );
  }
  if (typeof code === 'number') {
    return new ProbeBuildError(
      `'${compiler}' could not build ${probeSource()} (exit status ${code}):\n${stderr.trim()}`,
    );
  }
  return error;
}
