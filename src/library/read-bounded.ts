import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { MAX_FILE_SIZE, tooBig } from '../model/scenario/document.ts';

export type TextFile =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly missing: boolean; readonly fault: string; readonly hint?: string };

const fault = (text: string, hint?: string): TextFile => ({
  ok: false,
  missing: false,
  fault: text,
  ...(hint === undefined ? {} : { hint }),
});

/**
 * The text of an ordinary UTF-8 file of at most `MAX_FILE_SIZE` bytes; never throws, and never reads more than
 * that, whatever size the file claims. Devices and pipes are refused before they are opened, which could block.
 */
export function readBounded(path: string): TextFile {
  let descriptor: number | null = null;
  try {
    const before = statSync(path);
    if (before.isDirectory()) return fault('found a directory, expected a YAML file');
    if (!before.isFile()) return fault('found a device or a pipe, expected an ordinary YAML file');
    if (before.size > MAX_FILE_SIZE) return fault(tooBig(before.size));
    descriptor = openSync(path, 'r');
    if (!fstatSync(descriptor).isFile()) return fault('found something else than an ordinary file');
    // One byte more than there should be, to notice a file that grew or whose size was not true.
    const buffer = Buffer.alloc(before.size + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = readSync(descriptor, buffer, length, buffer.length - length, null);
    }
    if (length > before.size) return fault('the file grew while it was read', 'try again');
    return decode(buffer.subarray(0, length));
  } catch (error) {
    return explainFailure(error as NodeJS.ErrnoException);
  } finally {
    if (descriptor !== null) closeSync(descriptor);
  }
}

function decode(bytes: Uint8Array): TextFile {
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes) };
  } catch {
    return fault('found bytes that are not UTF-8 text, expected a YAML file', 'save it as UTF-8');
  }
}

function explainFailure(error: NodeJS.ErrnoException): TextFile {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { ok: false, missing: true, fault: 'there is no such file' };
    case 'EACCES':
    case 'EPERM':
      return fault('the file may not be read', 'check its permissions');
    case 'ENAMETOOLONG':
    case 'ELOOP':
    case 'ERR_INVALID_ARG_VALUE':
      return fault('that is not a usable path');
    default:
      return fault(`the file cannot be read: ${error.code ?? error.message}`);
  }
}
