/**
 * What a kernel, or the image's own script, says when a guest is about to end. In this order: a guest that is out of
 * memory loses its agent next, and may panic over it.
 */
const CAUSES: readonly RegExp[] = [
  /Out of memory: Killed process \d+ \([^)]*\)/,
  /Out of memory and no killable processes/,
  /Kernel panic - not syncing: .*/,
  /Initramfs unpacking failed: .*/,
  /(?<=nestmark: ).*/,
];

/** Why a guest ended, as far as the last lines of its console tell; or null. */
export function causeIn(console: readonly string[]): string | null {
  for (const cause of CAUSES) {
    for (const line of console) {
      const [found] = cause.exec(line) ?? [];
      if (found !== undefined) return found.replace(/\.{3} *$/, '').trimEnd();
    }
  }
  return null;
}
