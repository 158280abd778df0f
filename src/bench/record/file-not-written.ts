import { stat } from 'node:fs/promises';

/** A file cannot be written: no such directory, no permission, a full disk. The message says which, and what is left. */
export class FileNotWritten extends Error {
  override readonly name = 'FileNotWritten';
  /** Another name would do; where it would not, the machine lacks something. */
  readonly isMisnamed: boolean;

  constructor(file: string, cause: unknown, after = '') {
    const { code = '', message } = cause as NodeJS.ErrnoException;
    const misnamed = MISNAMED[code];
    super(`${file}: ${misnamed ?? LACKING[code] ?? message}${after}`, { cause });
    this.isMisnamed = misnamed !== undefined;
  }
}

/**
 * A file that is written aside and renamed takes the place of whatever has its name: of a file, but not of a directory or
 * a device.
 * @throws {FileNotWritten}
 */
export async function refuseNoFile(path: string): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (there === null || there.isFile()) return;
  throw new FileNotWritten(path, Object.assign(new Error(), { code: 'EISDIR' }));
}

const MISNAMED: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such directory, expected one that exists',
  ENOTDIR: 'goes through something that is no directory, expected directories',
  EEXIST: 'is there and is no directory, expected the name of one',
  EISDIR: 'is there and is no file, expected the name of one',
  ENAMETOOLONG: 'is too long a name for this file system, expected a shorter one',
};

const LACKING: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file has become as large as this process may write',
  EACCES: 'may not be written by this user',
  EPERM: 'may not be written by this user',
  EROFS: 'is on a file system that is read-only',
};
