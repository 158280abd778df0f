import { exp, log } from '../../model/kernel/elementary.ts';
import { pairedDifference } from '../../model/kernel/statistics/paired-difference.ts';
import type { Platform } from '../../model/scenario/platform.ts';
import type { Host, Template, VirtualMachine, WorkPhase } from '../../model/scenario/scenario.ts';
import type { Evaluator } from '../search/evaluator.ts';
import type { Lab } from '../trial/lab-scenario.ts';

/** Something one could do differently. */
export interface Variant {
  readonly change: string;
  readonly text: string;
  readonly lab: Lab;
}

/** What could be changed about a lab, as far as it makes a difference to it. */
export function variantsOf(lab: Lab, others: readonly Platform[]): readonly Variant[] {
  const { template, platform } = lab;
  const learning = { ...lab.switch, promiscuous: false, macLearning: true, forgedTransmits: true };
  const promiscuous = { ...lab.switch, promiscuous: true, macLearning: false, forgedTransmits: true };
  const fewer = fewerVcpus(template);
  const variants: (Variant | null)[] = [
    lab.switch.promiscuous
      ? {
          change: 'mac-learning',
          text: 'MAC learning instead of promiscuous mode',
          lab: { ...lab, switch: learning },
        }
      : hasNestedHypervisor(template.vms)
        ? {
            change: 'promiscuous',
            text: 'promiscuous mode instead of MAC learning',
            lab: { ...lab, switch: promiscuous },
          }
        : null,
    fewer === null
      ? null
      : {
          change: 'one-vcpu-less',
          text: 'one vCPU less for each inner VM that has two or more',
          lab: { ...lab, template: fewer },
        },
    ...others
      .filter(({ name, clock }) => name !== platform.name && clock === platform.clock)
      .map(
        (other): Variant => ({
          change: `platform-${other.name}`,
          text: `on ${other.title}`,
          lab: { ...lab, platform: other },
        }),
      ),
  ];
  return variants.filter((variant) => variant !== null);
}

const hasNestedHypervisor = (vms: readonly VirtualMachine[]): boolean =>
  vms.some(({ hypervisor }) => hypervisor !== null);

/** null when no VM at the bottom has a vCPU to spare. */
function fewerVcpus(template: Template): Template | null {
  let changed = false;
  const cut = (vms: readonly VirtualMachine[], inner: boolean): readonly VirtualMachine[] =>
    vms.map((vm) => {
      if (vm.vms.length > 0) return { ...vm, vms: cut(vm.vms, true) };
      if (!inner || vm.vcpus < 2) return vm;
      changed = true;
      return { ...vm, vcpus: vm.vcpus - 1 };
    });
  const vms = cut(template.vms, !hasNestedHypervisor(template.vms));
  return changed ? { ...template, vms } : null;
}

/** The interval of a factor. */
export interface Factor {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const PAIRS = 3;

/**
 * The probe's 95th percentile with a change over that without, at the same seats, from the same random numbers: the
 * interval of the mean log ratio. null when a side has no probe.
 */
export async function pairedFactor(
  evaluator: Evaluator,
  lab: Lab,
  variant: Lab,
  phase: WorkPhase,
  host: Host,
  seats: number,
): Promise<Factor | null> {
  const [before, after] = await Promise.all([
    evaluator.replications(lab, phase, host, seats, PAIRS),
    evaluator.replications(variant, phase, host, seats, PAIRS),
  ]);
  const pairs = before.flatMap(({ slowdownP95: first }, index) => {
    const second = after[index]!.slowdownP95;
    return first === null || second === null ? [] : [[log(first), log(second)] as const];
  });
  if (pairs.length < 2) return null;
  const { mean, low, high } = pairedDifference(
    pairs.map(([first]) => first),
    pairs.map(([, second]) => second),
  );
  return { mean: exp(mean), low: exp(low ?? mean), high: exp(high ?? mean) };
}
