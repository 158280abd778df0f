import type { SchedulingPolicyName } from '../machine/scheduler-specification.ts';
import { nestedScheduler } from './compile-scheduler.ts';
import { below, type Origins, problemAt } from './origin.ts';
import type { Problem } from './problem.ts';
import type { Scenario, VirtualMachine } from './scenario.ts';

/** Policies that know no reservation: Linux and Xen share by weight alone. */
const WITHOUT_RESERVATIONS: readonly SchedulingPolicyName[] = ['eevdf', 'cfs', 'credit2'];

/** What schedules some VMs: the host, or a nested hypervisor. */
interface Around {
  readonly name: string;
  /** Whose the policy is, in words. */
  readonly by: string;
  readonly cpus: number;
  readonly policy: SchedulingPolicyName;
  /** Of each of them. */
  readonly copies: number;
}

/**
 * Whether reservations can be given by whoever schedules the VMs that have them. CPUs of an affinity that are not there are told by a
 * rule (any.affinity-missing).
 */
export function checkControls({ platform, host, seats, template }: Scenario, origins: Origins): Problem[] {
  const problems: Problem[] = [];
  const report = (vm: VirtualMachine, key: string, message: string, hint?: string): void => {
    problems.push(problemAt(below(origins.get(vm)!, key), message, hint));
  };

  const visit = (vms: readonly VirtualMachine[], around: Around): void => {
    for (const vm of vms) {
      checkReservation(vm, around);
      if (vm.hypervisor === null) continue;
      const { policy } = nestedScheduler(platform, vm.hypervisor.scheduler);
      visit(vm.vms, { name: vm.name, by: vm.name, cpus: vm.vcpus, policy, copies: 1 });
    }
    const reserved = reservedBy(vms) * around.copies;
    const first = vms.find(({ reservation }) => reservation > 0);
    if (first === undefined || reserved <= around.cpus + 1e-9) return;
    const of = around.copies === 1 ? '' : ` in ${around.copies} seats`;
    report(
      first,
      'reservation',
      `found reservations of ${rounded(reserved)} CPUs beside each other${of}, expected at most the ${around.cpus} of ${around.name}`,
      'reserve less, or write weight: for who is to get more than others',
    );
  };
  const checkReservation = (vm: VirtualMachine, { by, policy }: Around): void => {
    const { reservation, limit, vcpus } = vm;
    if (reservation === 0) return;
    if (WITHOUT_RESERVATIONS.includes(policy)) {
      report(
        vm,
        'reservation',
        `found a reservation under the ${policy} of ${by}, which knows none, expected one under esxi or hyperv`,
        'write weight: for who is to get more than others, or choose another platform',
      );
    }
    if (reservation > vcpus) {
      report(vm, 'reservation', `found ${reservation} CPUs for ${vcpus} vCPUs, expected one each at most`);
    }
    if (limit !== null && limit.cpus < reservation) {
      report(
        vm,
        'limit',
        `found ${limit.cpus} CPUs for a VM that reserves ${reservation}, expected at least those`,
      );
    }
  };
  const { policy } = platform.scheduler;
  const by = `the platform ${platform.name}`;
  visit(template.vms, { name: host.name, by, cpus: host.cpus, policy, copies: seats });
  return problems;
}

/** CPUs that VMs beside each other reserve together. */
export const reservedBy = (vms: readonly VirtualMachine[]): number =>
  vms.reduce((sum, vm) => sum + vm.count * vm.reservation, 0);

const rounded = (value: number): number => Number(value.toPrecision(6));
