import type { Terminal } from './terminal.ts';

/** Lists the files that were written, where they are not in the way of a JSON document on standard output. */
export function tellWritten(paths: readonly string[], terminal: Terminal, json: boolean | undefined): void {
  const listing = `\nWritten:\n${paths.map((path) => `  ${path}\n`).join('')}`;
  (json === true ? terminal.err : terminal.out).write(listing);
}
