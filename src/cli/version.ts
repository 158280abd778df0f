import { readFileSync } from 'node:fs';

/** The version in package.json: what every result and record carries. */
export function ownVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  return version;
}
