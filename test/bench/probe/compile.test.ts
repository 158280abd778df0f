import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  compileProbe,
  ProbeBuildError,
  probeSource,
  probeSources,
} from '../../../src/bench/probe/compile.ts';

const directory = mkdtempSync(join(tmpdir(), 'nestmark-compile-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** A compiler that fails as Debian's does when something is missing. */
function failingCompiler(name: string, stderr: string): string {
  const path = join(directory, name);
  writeFileSync(path, `#!/bin/sh\ncat >&2 <<'END'\n${stderr}\nEND\nexit 1\n`);
  chmodSync(path, 0o755);
  return path;
}

describe.runIf(process.arch === 'x64')('a probe that cannot be compiled', () => {
  test.each<[string, () => string, RegExp]>([
    [
      'no compiler',
      () => join(directory, 'no-gcc'),
      /no C compiler: .*no-gcc.* apt-get install gcc libc6-dev/,
    ],
    [
      'no headers',
      () =>
        failingCompiler(
          'no-headers',
          `${probeSource()}:29:10: fatal error: errno.h: No such file or directory\n   29 | #include <errno.h>\ncompilation terminated.`,
        ),
      /headers or its static library are missing.*apt-get install libc6-dev/,
    ],
    [
      'no static library',
      () =>
        failingCompiler(
          'no-libc',
          '/usr/bin/ld: cannot find -lc: No such file or directory\ncollect2: error',
        ),
      /headers or its static library are missing.*apt-get install libc6-dev/,
    ],
    [
      'something else',
      () => failingCompiler('broken', 'probe.c:1:1: error: expected ‘;’'),
      /could not build .*probe\.c \(exit status 1\):\nprobe\.c:1:1: error/,
    ],
  ])('%s', async (_, compiler, message) => {
    const output = join(directory, 'out', 'probe');
    const build = compileProbe(output, compiler());
    await expect(build).rejects.toThrow(ProbeBuildError);
    await expect(build).rejects.toThrow(message);
    expect(readdirSync(join(directory, 'out'))).toEqual([]);
  });
});

test.skipIf(process.arch !== 'x64' || !hasGcc())('the sources are all the compiler reads of ours', () => {
  const rule = execFileSync('gcc', ['-MM', probeSource()], { encoding: 'utf8' });
  const read = rule.replace(/^.*?:/, '').match(/[^\s\\]+/g) ?? [];
  expect(probeSources().map((path) => basename(path))).toEqual(read.map((path) => basename(path)).sort());
});

function hasGcc(): boolean {
  try {
    execFileSync('gcc', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('SKIPPED, gcc is missing: apt-get install gcc libc6-dev');
    return false;
  }
}
