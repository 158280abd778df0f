import { fileURLToPath } from 'node:url';

/** The checkout or installation this file is part of, whether it runs from `src` or from `dist`. */
export function projectRoot(): string {
  return fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
}
