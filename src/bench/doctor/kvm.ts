import { accessSync, constants, existsSync } from 'node:fs';
import type { Facts } from '../environment/facts.ts';
import { TOOLS } from '../image/tool.ts';
import { bootTinyGuest } from './tiny-guest.ts';

export interface KvmVerdict {
  readonly works: boolean;
  readonly why: string;
  /** Debian packages that would help. */
  readonly packages: readonly string[];
}

export const hasFlag = (facts: Facts, flag: string): boolean =>
  String(facts['cpu.flags'] ?? '')
    .split(' ')
    .includes(flag);

/** Whether KVM works here and nests: a guest has to have booted on it. */
export async function checkKvm(qemu: string | null, facts: Facts, device = '/dev/kvm'): Promise<KvmVerdict> {
  const no = (why: string, packages: readonly string[] = []): KvmVerdict => ({ works: false, why, packages });
  if (!existsSync(device)) {
    const flags = ['svm', 'vmx'].filter((flag) => hasFlag(facts, flag));
    if (flags.length === 0) {
      return no(
        hasFlag(facts, 'hypervisor')
          ? `no ${device}, and the processor has neither svm nor vmx: the hypervisor this machine runs in does not pass nesting on (it has to be switched on there)`
          : `no ${device}, and the processor has neither svm nor vmx: switch virtualization on in the firmware`,
      );
    }
    return no(
      `no ${device}, though the processor has ${flags.join(', ')}: load the module (modprobe ${flags[0] === 'svm' ? 'kvm-amd' : 'kvm-intel'})`,
    );
  }
  try {
    accessSync(device, constants.R_OK | constants.W_OK);
  } catch {
    return no(`${device} may not be opened by this user: add the user to the group kvm`);
  }
  if (qemu === null) return no('QEMU was not found', [TOOLS['qemu-system-x86_64']]);
  const guest = await bootTinyGuest('kvm', qemu);
  if (!guest.answered)
    return no(`${device} is there, and a tiny guest on it did not answer: ${guest.reason}`);
  const nested = facts['kvm-amd.nested'] ?? facts['kvm-intel.nested'];
  if (nested === undefined)
    return no(
      `a tiny guest answered, but neither kvm-amd nor kvm-intel says whether it nests (${device} is another module’s)`,
    );
  if (!['1', 'Y'].includes(String(nested)))
    return no('a tiny guest answered, but nesting is off: load kvm-amd or kvm-intel with nested=1');
  return {
    works: true,
    why: `a tiny guest answered on KVM after ${guest.seconds.toFixed(1)} s, and nesting is on`,
    packages: [],
  };
}
