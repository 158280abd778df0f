import type { VirtualMachine } from './scenario.ts';

/** Roles whose workload is the interactive probe, e.g. `hypervisor/desktop`. */
export function probeRoles(vms: readonly VirtualMachine[], below = ''): ReadonlySet<string> {
  return new Set(
    vms.flatMap(({ name, workload, vms: inner }) => [
      ...(workload?.probe === true ? [below + name] : []),
      ...probeRoles(inner, `${below}${name}/`),
    ]),
  );
}
