import { type Diagnosis, diagnose } from '../bench/doctor/doctor.ts';
import { plainTable } from '../report/terminal/plain-table.ts';
import { EXIT_CODE, type ExitCode } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** `nestmark doctor`: 0 when at least one lab works here, else 3. */
export async function doctor({ json }: { readonly json: boolean }, terminal: Terminal): Promise<ExitCode> {
  const diagnosis = await diagnose();
  terminal.out.write(json ? `${JSON.stringify(diagnosis, null, 2)}\n` : inWords(diagnosis));
  return diagnosis.labs.some(({ works }) => works) ? EXIT_CODE.fine : EXIT_CODE.machineLacks;
}

function inWords({ labs, level, facts, warnings }: Diagnosis): string {
  const table = plainTable(
    ['Lab', 'Works', 'Why'],
    labs.map(({ lab, works, why }) => [lab, works ? 'yes' : 'no', why]),
    3,
  );
  const packages = [...new Set(labs.flatMap((lab) => lab.packages))];
  const nested = facts['kvm-amd.nested'] ?? facts['kvm-intel.nested'] ?? 'KVM is not loaded';
  const lines = [
    '',
    `Level here: ${level.atLeast} at least (${level.seen})`,
    `Processors: ${facts['cpu.count'] ?? '?'}, ${facts['cpu.model-name'] ?? 'unknown'}; flags for nesting: ${flagsOf(facts['cpu.flags'])}`,
    `KVM nested: ${nested}; QEMU: ${facts['qemu.version'] ?? 'none'}`,
    `Free: ${gib(facts['memory.available-bytes'])} of memory, ${gib(facts['disk.free-bytes'])} of disk`,
    ...warnings.map((warning) => `Warning: ${warning}`),
    ...(packages.length === 0 ? [] : [`To install: apt-get install ${packages.join(' ')}`]),
  ];
  return `${table}\n${lines.join('\n')}\n`;
}

const flagsOf = (flags: unknown): string =>
  ['svm', 'vmx']
    .filter((flag) =>
      String(flags ?? '')
        .split(' ')
        .includes(flag),
    )
    .join(', ') || 'none';
const gib = (bytes: unknown): string => `${(Number(bytes) / 2 ** 30).toFixed(1)} GiB`;
