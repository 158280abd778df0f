import type { BenchRecord } from '../../bench/record/record.ts';
import type { Platform } from '../../model/scenario/platform.ts';
import { SWITCH_SHARE } from '../published/published-costs.ts';

type Facts = Readonly<Record<string, string | number | boolean>>;

const factsAt = (record: BenchRecord, level: number): Facts =>
  record.levels.find((line) => line.level === level)?.environment ?? {};

const text = (facts: Facts, key: string): string | null => {
  const value = facts[key];
  return value === undefined || value === '' ? null : String(value);
};

/** The processor of the metal as it calls itself; `src/bench/environment` writes these facts. */
export function processorOf(record: BenchRecord): string {
  const facts = factsAt(record, 0);
  const vendor = text(facts, 'cpu.vendor');
  const model = text(facts, 'cpu.model-name') ?? text(facts, 'cpuid.brand');
  const name = [model, vendor === null ? null : `(${vendor})`].filter((part) => part !== null).join(' ');
  if (record.header.lab !== 'emulated') return name || 'processor not recorded';
  const qemu = text(record.header.machine, 'qemu.version');
  return `emulated by QEMU${qemu === null ? '' : ` ${qemu}`}: ${name || 'processor not recorded'}`;
}

const hypervisorName = ({ levels }: BenchRecord): string =>
  levels.some(({ accelerator }) => accelerator.name === 'kvm') ? 'KVM' : 'hypervisor not recorded';

/** Who handles the exits of L1: the hypervisor of level 0, with the kernel it is part of. */
export function hypervisorOf(record: BenchRecord): string {
  const facts = factsAt(record, 0);
  const name = hypervisorName(record);
  const kernel = text(facts, 'kernel.release');
  return kernel === null ? name : `${name}, Linux ${kernel}`;
}

/** For the rules of `nestmark check`: whose guests they are. Only the emulated lab knows what its metal is. */
export const productsOf = ({ header }: BenchRecord): { readonly stack?: NonNullable<Platform['stack']> } =>
  header.lab === 'emulated' ? { stack: { outer: 'emulated', inner: ['kvm'] } } : {};

const CLOCKS = { time: 'in time', instructions: 'in counted instructions' };

const LABS = {
  emulated: 'in the emulated lab',
  here: 'on the machine as it is',
  kvm: 'in guests of this machine',
  ssh: 'over SSH',
};

/** e.g. `KVM, measured in the emulated lab, in counted instructions`. */
export function titleOf(record: BenchRecord): string {
  return `${hypervisorName(record)}, measured ${LABS[record.header.lab]}, ${CLOCKS[record.header.clock]}`;
}

/**
 * The chosen value of the world switch, which no record tells. An instruction clock sees a switch as the instruction
 * that enters the guest; the way out is none.
 */
export function switchAnchor({ header }: BenchRecord): {
  readonly switch: { readonly share: number } | { readonly ns: number };
  readonly switchSource: string;
} {
  const bound = 'not identified: anywhere from 0 to the cheapest exit';
  if (header.clock === 'instructions' && header.nsPerInstruction !== null) {
    return {
      switch: { ns: header.nsPerInstruction },
      switchSource: `${bound}; the instruction clock counts the entry as one instruction and the exit as none`,
    };
  }
  return {
    switch: { share: SWITCH_SHARE.ratio },
    switchSource: `${bound}; ${SWITCH_SHARE.ratio} of it (${SWITCH_SHARE.source})`,
  };
}
