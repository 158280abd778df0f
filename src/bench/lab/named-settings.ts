import type { Facts } from '../environment/facts.ts';
import type { AgentConfiguration } from './protocol.ts';
import { levelName } from './record-assembler.ts';

/** What whoever started a run named: kept in the record's settings, and taken from there when the run is resumed. */
export interface NamedSettings {
  /** The guests' kernel: a Debian package, or a file. */
  readonly kernel?: string;
  /** Another QEMU than the one in PATH. */
  readonly qemu?: string;
  /** Further kernel parameters of single levels and attempts. */
  readonly kernelParameters?: AgentConfiguration['kernelParameters'];
}

const PARAMETERS = /^kernel-parameters\.(metal|L\d)(?:\.attempts-(\d+(?:-\d+)*))?$/;

/** `kernel-parameters.L2`, or `kernel-parameters.L2.attempts-1-2` for what holds in those attempts only. */
export function toSettings({ kernel, qemu, kernelParameters = [] }: NamedSettings): Facts {
  const parameters = new Map<string, string[]>();
  for (const { level, attempts, parameters: added } of kernelParameters) {
    const which = attempts === undefined ? '' : `.attempts-${attempts.join('-')}`;
    const key = `kernel-parameters.${levelName(level)}${which}`;
    parameters.set(key, [...(parameters.get(key) ?? []), ...added]);
  }
  return {
    ...(kernel === undefined ? {} : { 'kernel.named': kernel }),
    ...(qemu === undefined ? {} : { 'qemu.named': qemu }),
    ...Object.fromEntries([...parameters].map(([key, words]) => [key, words.join(' ')])),
  };
}

export function fromSettings(settings: Facts): NamedSettings {
  const { 'kernel.named': kernel, 'qemu.named': qemu } = settings;
  const kernelParameters = Object.entries(settings).flatMap(([key, value]) => {
    const [, name, attempts] = PARAMETERS.exec(key) ?? [];
    if (name === undefined) return [];
    return {
      level: name === 'metal' ? 0 : Number(name.slice(1)),
      ...(attempts === undefined ? {} : { attempts: attempts.split('-').map(Number) }),
      parameters: String(value).split(' '),
    };
  });
  return {
    ...(kernel === undefined ? {} : { kernel: String(kernel) }),
    ...(qemu === undefined ? {} : { qemu: String(qemu) }),
    ...(kernelParameters.length === 0 ? {} : { kernelParameters }),
  };
}
