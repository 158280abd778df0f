import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { GUEST } from '../image/init-script.ts';

/** Loads a module of the image, unless the kernel has it already. @throws {Error} with what the kernel says */
export function loadModule(name: string, ...parameters: readonly string[]): void {
  if (existsSync(`/sys/module/${name.replaceAll('-', '_')}`)) return;
  try {
    execFileSync(GUEST.busybox, ['insmod', `${GUEST.modules}/${name}.ko`, ...parameters], { stdio: 'pipe' });
  } catch (error) {
    const said = String((error as { stderr?: Buffer }).stderr ?? error).trim();
    throw new Error(`the module ${name} cannot be loaded: ${said}`);
  }
}
