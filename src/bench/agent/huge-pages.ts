import { writeFileSync } from 'node:fs';

const SETTING = '/sys/kernel/mm/transparent_hugepage/enabled';

/** Whether this level's kernel backs memory with huge pages where it can; a kernel without them is left alone. */
export function setHugePages(mode: 'always' | 'never'): void {
  try {
    writeFileSync(SETTING, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
