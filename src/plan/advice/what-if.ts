import { exp, log } from '../../model/kernel/elementary.ts';
import { pairedDifference } from '../../model/kernel/statistics/paired-difference.ts';
import type { Nanoseconds } from '../../model/kernel/units.ts';
import { isTiedToCpus } from '../../model/machine/tied-to-cpus.ts';
import type { Platform } from '../../model/scenario/platform.ts';
import type { VirtualMachine } from '../../model/scenario/scenario.ts';
import type { Lab } from '../trial/lab-scenario.ts';
import type { TrialOutcome } from '../trial/trial.ts';

/** Something one could do differently. */
export interface Variant {
  readonly change: string;
  readonly text: string;
  readonly lab: Lab;
  /**
   * What it touches: `work` is simulated anew; `boot` is how everybody comes up and nothing else; `pinned`: each seat
   * has CPUs of its own.
   */
  readonly touches: 'work' | 'boot' | 'pinned';
}

const SECOND = 1e9;
/** Between the starts of seats: what a script that starts them one by one has. */
const APART = 15;

/** What could be changed about a lab, as far as it makes a difference to it. */
export function variantsOf(lab: Lab, others: readonly Platform[]): readonly Variant[] {
  return [
    ...switchVariant(lab),
    ...fewerVcpus(lab),
    ...pinnedVariant(lab),
    ...staggerVariant(lab),
    ...diskVariant(lab),
    ...others
      .filter(({ name, clock }) => name !== lab.platform.name && clock === lab.platform.clock)
      .map(
        (other): Variant => ({
          change: `platform-${other.name}`,
          text: `on ${other.title}`,
          lab: { ...lab, platform: other },
          touches: 'work',
        }),
      ),
  ];
}

function switchVariant(lab: Lab): Variant[] {
  if (lab.switch.promiscuous) {
    const learning = { ...lab.switch, promiscuous: false, macLearning: true, forgedTransmits: true };
    const text = 'MAC learning instead of promiscuous mode';
    return [{ change: 'mac-learning', text, lab: { ...lab, switch: learning }, touches: 'work' }];
  }
  if (!hasNestedHypervisor(lab.template.vms)) return [];
  const promiscuous = { ...lab.switch, promiscuous: true, macLearning: false, forgedTransmits: true };
  const text = 'promiscuous mode instead of MAC learning';
  return [{ change: 'promiscuous', text, lab: { ...lab, switch: promiscuous }, touches: 'work' }];
}

/** Nothing where VMs are tied to CPUs already. */
function pinnedVariant(lab: Lab): Variant[] {
  if (lab.template.vms.some(isTiedToCpus)) return [];
  return [{ change: 'pinning', text: 'each seat pinned to CPUs of its own', lab, touches: 'pinned' }];
}

/** Seats one after the other instead of all at once, or the other way round. */
function staggerVariant(lab: Lab): Variant[] {
  const { plan } = lab.template;
  if (plan === undefined || plan.boot === null) return [];
  const now = plan.boot.stagger / SECOND;
  const stagger = now > 0 ? 0 : APART;
  const boot = { stagger: (stagger * SECOND) as Nanoseconds };
  return [
    {
      change: now > 0 ? 'all-at-once' : 'staggered-start',
      text:
        now > 0
          ? `all seats started at once, not ${now} s apart`
          : `seats started ${APART} s apart, not at once`,
      lab: { ...lab, template: { ...lab.template, plan: { ...plan, boot } } },
      touches: 'boot',
    },
  ];
}

/** Thick disks where some are thin, and thin ones where none is. */
function diskVariant(lab: Lab): Variant[] {
  if ((lab.template.plan?.boot ?? null) === null) return [];
  const thin = !someThin(lab.template.vms);
  const provisioned = (vms: readonly VirtualMachine[]): readonly VirtualMachine[] =>
    vms.map((vm) => ({ ...vm, disk: { ...vm.disk, thin }, vms: provisioned(vm.vms) }));
  return [
    {
      change: thin ? 'thin-disks' : 'thick-disks',
      text: thin ? 'thin disks instead of thick ones' : 'thick disks (eager zeroed) instead of thin ones',
      lab: { ...lab, template: { ...lab.template, vms: provisioned(lab.template.vms) } },
      touches: 'boot',
    },
  ];
}

const someThin = (vms: readonly VirtualMachine[]): boolean =>
  vms.some(({ disk, vms: inner }) => disk.thin || someThin(inner));

const hasNestedHypervisor = (vms: readonly VirtualMachine[]): boolean =>
  vms.some(({ hypervisor }) => hypervisor !== null);

/** Nothing when no VM at the bottom has a vCPU to spare. */
function fewerVcpus(lab: Lab): Variant[] {
  const { template } = lab;
  let changed = false;
  const cut = (vms: readonly VirtualMachine[], inner: boolean): readonly VirtualMachine[] =>
    vms.map((vm) => {
      if (vm.vms.length > 0) return { ...vm, vms: cut(vm.vms, true) };
      if (!inner || vm.vcpus < 2) return vm;
      changed = true;
      const vcpus = vm.vcpus - 1;
      return { ...vm, vcpus, reservation: Math.min(vm.reservation, vcpus) };
    });
  const vms = cut(template.vms, !hasNestedHypervisor(template.vms));
  if (!changed) return [];
  const text = 'one vCPU less for each inner VM that has two or more';
  return [
    { change: 'one-vcpu-less', text, lab: { ...lab, template: { ...template, vms } }, touches: 'work' },
  ];
}

/** The interval of a factor. */
export interface Factor {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/**
 * The probe's 95th percentile with a change over that without, replication by replication: the interval of the mean
 * log ratio. null when a side has no probe.
 */
export function pairedFactor(before: readonly TrialOutcome[], after: readonly TrialOutcome[]): Factor | null {
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
