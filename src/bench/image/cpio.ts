/**
 * Writer of the archive format Linux unpacks as an initramfs: cpio "newc"
 * (Documentation/driver-api/early-userspace/buffer-format.rst). No tool, no root, and the same bytes for the same
 * entries: times are zero and inode numbers count up.
 */
export type CpioEntry =
  | { readonly type: 'directory'; readonly path: string; readonly mode?: number }
  | { readonly type: 'file'; readonly path: string; readonly mode?: number; readonly data: Uint8Array }
  | { readonly type: 'link'; readonly path: string; readonly target: string }
  | {
      readonly type: 'character-device';
      readonly path: string;
      readonly mode?: number;
      readonly major: number;
      readonly minor: number;
    };

/** File type bits of st_mode (inode(7)). */
const TYPE_BITS = {
  directory: 0o040000,
  file: 0o100000,
  link: 0o120000,
  'character-device': 0o020000,
} as const;
const DEFAULT_MODE = { directory: 0o755, file: 0o644, link: 0o777, 'character-device': 0o600 } as const;
const MAGIC = '070701';
const TRAILER = 'TRAILER!!!';
/** The fields are eight hexadecimal digits. */
const MAX_FIELD = 0xffffffff;

/**
 * @param entries in the order they are to be made: a directory before what is in it. Paths are relative to the root,
 *   without a leading slash.
 * @throws {Error} for a path the format or the kernel would not take
 */
export function writeCpio(entries: readonly CpioEntry[]): Buffer {
  const parts: Buffer[] = [];
  const seen = new Set<string>();
  for (const [index, entry] of entries.entries()) {
    checkPath(entry, seen);
    const data = contentOf(entry);
    const device = entry.type === 'character-device' ? entry : { major: 0, minor: 0 };
    parts.push(
      header({
        inode: index + 1,
        mode: TYPE_BITS[entry.type] | modeOf(entry),
        links: entry.type === 'directory' ? 2 : 1,
        size: data.length,
        major: device.major,
        minor: device.minor,
        path: entry.path,
      }),
      padded(data),
    );
  }
  parts.push(header({ inode: 0, mode: 0, links: 1, size: 0, major: 0, minor: 0, path: TRAILER }));
  return Buffer.concat(parts);
}

function modeOf(entry: CpioEntry): number {
  return ('mode' in entry ? entry.mode : undefined) ?? DEFAULT_MODE[entry.type];
}

function contentOf(entry: CpioEntry): Uint8Array {
  if (entry.type === 'file') return entry.data;
  return entry.type === 'link' ? Buffer.from(entry.target) : new Uint8Array(0);
}

function checkPath({ path }: CpioEntry, seen: Set<string>): void {
  if (path === '' || path.startsWith('/') || path.includes('\0') || path === TRAILER) {
    throw new Error(`cpio: '${path}' cannot be a path in the archive; expected one relative to the root`);
  }
  if (seen.has(path)) throw new Error(`cpio: '${path}' is in the archive twice`);
  const parent = path.slice(0, Math.max(0, path.lastIndexOf('/')));
  if (parent !== '' && !seen.has(parent)) {
    throw new Error(`cpio: '${path}' comes before its directory '${parent}'; the kernel would not unpack it`);
  }
  seen.add(path);
}

interface Header {
  readonly inode: number;
  readonly mode: number;
  readonly links: number;
  readonly size: number;
  readonly major: number;
  readonly minor: number;
  readonly path: string;
}

/** Thirteen fields after the magic, then the path with its zero byte, padded to a multiple of four together. */
function header({ inode, mode, links, size, major, minor, path }: Header): Buffer {
  const name = Buffer.from(`${path}\0`);
  const fields = [inode, mode, 0, 0, links, 0, size, 0, 0, major, minor, name.length, 0];
  return padded(Buffer.concat([Buffer.from(MAGIC + fields.map(hexadecimal).join('')), name]));
}

function hexadecimal(value: number): string {
  if (value > MAX_FIELD) throw new Error(`cpio: ${value} does not fit the format's 32 bits`);
  return value.toString(16).padStart(8, '0');
}

function padded(data: Uint8Array): Buffer {
  return Buffer.concat([data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
}
