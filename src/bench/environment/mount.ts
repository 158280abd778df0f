import type { Facts } from './facts.ts';

/**
 * The mount a directory lies on: fsync means something else on tmpfs, overlay and a virtio disk.
 * @param text the content of /proc/self/mountinfo (proc(5)); @param directory an absolute path without links
 */
export function parseMountOf(directory: string, text: string): Facts {
  let best: { readonly point: string; readonly facts: Facts } | undefined;
  for (const line of text.split('\n')) {
    const [before, after] = line.split(' - ');
    const point = unescapeOctal(before?.split(' ')[4] ?? '');
    const [type, source, ...options] = (after ?? '').split(' ');
    if (type === undefined || source === undefined || !contains(point, directory)) continue;
    // Of mounts on the same point the last one listed is on top.
    if (best !== undefined && point.length < best.point.length) continue;
    best = {
      point,
      facts: { filesystem: type, source: unescapeOctal(source), options: unescapeOctal(options.join(' ')) },
    };
  }
  return best?.facts ?? {};
}

function contains(point: string, directory: string): boolean {
  return point === '/' || directory === point || (point !== '' && directory.startsWith(`${point}/`));
}

/** The kernel writes space, tab, newline and backslash as three octal digits. */
function unescapeOctal(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}
