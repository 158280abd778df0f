import type { UncertainNumber } from '../../model/experiment/sensitivity.ts';
import { durationText, settingText } from './figure.ts';

/** Names of parts that nobody needs to read twice. */
const LEFT_OUT = ['platform', 'exits', 'classes', 'workload'];

/**
 * `PIO, handle` for `platform.exits.classes.pio.handle`; of ops, `CPUID, VMCS access per exit`; of workloads,
 * `page fault per CPU second of desktop`.
 */
export function parameterName(parameter: string): string {
  const parts = parameter.split('.').filter((part) => !LEFT_OUT.includes(part));
  const ops = parts.indexOf('ops');
  if (ops > 0) {
    return words(`${parts.slice(0, ops).join(', ')}, ${parts.slice(ops + 1).join(' ')} per exit`);
  }
  const [workload, rate, exitClass] = parts;
  if (rate?.startsWith('per-') === true && exitClass !== undefined) {
    return `${words(`${exitClass} ${rate}`)} of ${workload}`;
  }
  return words(parts.join(', '));
}

const ACRONYMS = /\b(cpu|cpuid|msr|pio|mmio|smt|vm|vmcs|mmu|tlb|dma)\b/g;

const words = (name: string): string =>
  name.replaceAll('-', ' ').replaceAll(ACRONYMS, (acronym) => acronym.toUpperCase());

/** Times in their unit, counts and ratios as they are: what a parameter is tells its name. */
export function parameterValue({ parameter }: Pick<UncertainNumber, 'parameter'>, value: number): string {
  if (!isTime(parameter)) return settingText(Number(value.toPrecision(3)));
  const { mean, unit } = durationText({ mean: value, low: null, high: null }, 'three digits');
  return `${mean} ${unit}`;
}

const isTime = (parameter: string): boolean =>
  /\.(switch|handle|reflect|forward|copy|drop|receive|slice|tick|cache-refill|translate|submit|complete|copy-kib|reference|base-slice)$/.test(
    parameter,
  ) || /(scheduler|halt-polling|spin-exit)\./.test(parameter);
