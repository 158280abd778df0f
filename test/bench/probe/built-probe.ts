import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { compileProbe, ProbeBuildError } from '../../../src/bench/probe/compile.ts';

export interface BuiltProbe {
  readonly path: string;
  /** Why there is none on this machine; the tests that need it are then skipped, and say so. */
  readonly missing: string | null;
}

/** The real probe, compiled for this test file and removed after it. */
export async function buildProbe(): Promise<BuiltProbe> {
  const directory = mkdtempSync(join(tmpdir(), 'nestmark-probe-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'probe');
  try {
    await compileProbe(path);
    return { path, missing: null };
  } catch (error) {
    if (!(error instanceof ProbeBuildError)) throw error;
    console.warn(`SKIPPED, the native probe cannot be built here: ${error.message}`);
    return { path, missing: error.message };
  }
}
