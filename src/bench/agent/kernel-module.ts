import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { GUEST, KVM_MODULES, KVM_VENDOR_MODULES } from '../image/init-script.ts';

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

/** KVM with the half that belongs to this processor. @throws {Error} when it has neither vendor's virtualization */
export function loadKvm(cpuinfo = readFileSync('/proc/cpuinfo', 'utf8')): void {
  for (const module of KVM_MODULES) loadModule(module);
  loadModule(vendorModule(cpuinfo));
}

/** @param cpuinfo the content of /proc/cpuinfo */
export function vendorModule(cpuinfo: string): (typeof KVM_VENDOR_MODULES)[keyof typeof KVM_VENDOR_MODULES] {
  const flags = /^flags\s*:(.*)$/m.exec(cpuinfo)?.[1]?.trim().split(' ') ?? [];
  for (const flag of ['svm', 'vmx'] as const) if (flags.includes(flag)) return KVM_VENDOR_MODULES[flag];
  throw new Error('this level’s processor has neither svm nor vmx: the level below does not pass nesting on');
}
