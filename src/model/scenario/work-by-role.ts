import type { Origin, Origins } from './origin.ts';
import type { OtherPhase, Scenario, VirtualMachine, Workload } from './scenario.ts';

/** The VMs with the work that a phase gives to some of their roles. */
export function withWorkloads(
  vms: readonly VirtualMachine[],
  workloads: ReadonlyMap<string, Workload>,
  below = '',
): readonly VirtualMachine[] {
  if (workloads.size === 0) return vms;
  return vms.map((vm) => ({
    ...vm,
    workload: workloads.get(below + vm.name) ?? vm.workload,
    vms: withWorkloads(vm.vms, workloads, `${below}${vm.name}/`),
  }));
}

/** Roles of VMs without VMs inside: those that can work. */
export function workingRoles(vms: readonly VirtualMachine[], below = ''): string[] {
  return vms.flatMap((vm) =>
    vm.vms.length === 0 ? [below + vm.name] : workingRoles(vm.vms, `${below}${vm.name}/`),
  );
}

/** The scenario as it is in one of its other phases. */
export function inPhase(scenario: Scenario, { warmUp, duration, workloads }: OtherPhase): Scenario {
  const { otherPhases: _others, ...rest } = scenario;
  return {
    ...rest,
    template: { ...scenario.template, vms: withWorkloads(scenario.template.vms, workloads) },
    boot: null,
    exercise: { warmUp, duration },
    targets: {},
  };
}

/** Where the VMs of a phase are written: where those of the template are. */
export function originsInPhase(
  during: readonly VirtualMachine[],
  vms: readonly VirtualMachine[],
  origins: Origins,
): Origins {
  const found = new Map<VirtualMachine, Origin>(origins);
  const visit = (theirs: readonly VirtualMachine[], written: readonly VirtualMachine[]): void => {
    for (const [index, vm] of theirs.entries()) {
      const origin = origins.get(written[index]!);
      if (origin !== undefined) found.set(vm, origin);
      visit(vm.vms, written[index]!.vms);
    }
  };
  visit(during, vms);
  return found;
}
