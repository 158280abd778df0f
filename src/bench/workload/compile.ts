import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { deterministicSource } from './deterministic-source.ts';
import { NotAvailable, type Workload } from './workload.ts';

const FILES = 2;
const FUNCTIONS = 12;

/**
 * The Tiny C Compiler (Debian's tcc): a whole compiler, preprocessor to object file, that starts in a moment; gcc would
 * take a nested guest under emulation longer to load than to compile. The sources need no headers, so that the tree is
 * the same on every machine.
 */
export const compile: Workload = {
  name: 'compile',
  exercises: 'starting tcc to compile 2 C files of 12 functions each to object files',
  class: 'application',
  exitFree: false,
  waits: false,
  effort: {
    small: { warmUp: 1, samples: 6, counted: 1 },
    default: { warmUp: 1, samples: 7, counted: 2 },
  },
  prepare({ seed, scratchDirectory }) {
    const compiler = findCompiler();
    const directory = mkdtempSync(join(scratchDirectory, 'nestmark-compile-'));
    const names = Array.from({ length: FILES }, (_, file) => `part${file}`);
    for (const [file, name] of names.entries()) {
      writeFileSync(join(directory, `${name}.c`), deterministicSource(FUNCTIONS, seed * FILES + file));
    }
    const sources = names.map((name) => `${name}.c`);
    return {
      iterate() {
        const { status, stderr, error } = spawnSync(compiler, ['-c', ...sources], {
          cwd: directory,
          encoding: 'utf8',
        });
        if (status !== 0) throw new Error(`compile: tcc failed: ${error?.message ?? stderr.trim()}`);
      },
      checksum() {
        const objects = createHash('sha256');
        for (const name of names) objects.update(readFileSync(join(directory, `${name}.o`)));
        return objects.digest('hex');
      },
      dispose() {
        rmSync(directory, { recursive: true, force: true });
      },
    };
  },
};

function findCompiler(): string {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    const path = join(directory, 'tcc');
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here: the next directory.
    }
  }
  throw new NotAvailable('the Tiny C Compiler is not there; on Debian: apt-get install tcc, then run again');
}
