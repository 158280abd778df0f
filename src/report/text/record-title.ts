import type { BenchRecord } from '../../bench/record/record.ts';

const LABS: Readonly<Record<BenchRecord['header']['lab'], string>> = {
  emulated: 'Emulated lab',
  here: 'This machine',
  kvm: 'KVM lab',
  ssh: 'Machines over SSH',
};

/**
 * What a record is, for a title: `Emulated lab, metal to L2, on AMD EPYC, 2026-11-28`. Not its number, which only files
 * know it by.
 */
export function recordTitle({ header, levels }: BenchRecord): string {
  const reached = [...levels].sort((a, b) => a.level - b.level).map(({ name }) => name);
  const machine = header.machine['cpu.model-name'];
  return [
    LABS[header.lab],
    ...(reached.length === 0
      ? []
      : [reached.length === 1 ? reached[0]! : `${reached[0]} to ${reached.at(-1)}`]),
    ...(header.clock === 'instructions' ? ['instruction clock'] : []),
    ...(machine === undefined ? [] : [`on ${machine}`]),
    header.started.slice(0, 10),
  ].join(', ');
}
