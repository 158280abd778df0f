import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FileNotWritten, refuseNoFile } from '../../bench/record/file-not-written.ts';

/** One file of a report: `extension` without its dot (`html`, `csv`, `slowdown.svg`). */
export interface ReportPart {
  readonly extension: string;
  readonly content: string | Uint8Array;
}

/**
 * Writes `NAME.EXTENSION` for every part into `directory`, making it if need be, and returns their paths in the
 * order of the parts. Every file appears whole: all are written aside first and renamed when all are complete, so
 * that a full disk or Ctrl-C leaves the old files as they were and nothing half-written.
 * @throws {FileNotWritten}
 */
export async function writeReport(
  directory: string,
  name: string,
  parts: readonly ReportPart[],
): Promise<readonly string[]> {
  await mkdir(directory, { recursive: true }).catch((error: unknown) => {
    throw new FileNotWritten(directory, error);
  });
  const mark = randomBytes(6).toString('hex');
  const files = parts.map(({ extension, content }) => {
    const path = join(directory, `${name}.${extension}`);
    return { path, aside: `${path}.${mark}.part`, content };
  });
  try {
    for (const { path, aside, content } of files) {
      await refuseNoFile(path);
      await writeWhole(aside, content).catch((error: unknown) => {
        throw new FileNotWritten(path, error);
      });
    }
    for (const { aside, path } of files) await rename(aside, path);
  } catch (error) {
    await Promise.all(files.map(({ aside }) => rm(aside, { force: true })));
    throw error;
  }
  return files.map(({ path }) => path);
}

/** On the disk, not only in its cache, before a rename may make it the file. */
async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}
