import type { Topology } from './topology.ts';

/** Whether the outermost layer runs guests core by core: Hyper-V's core scheduler, which without SMT is the classic one. */
export function schedulesCores({
  specification: { threadsPerCore, root },
}: Pick<Topology, 'specification'>): boolean {
  return threadsPerCore === 2 && root.scheduler.policy === 'hyperv' && root.scheduler.kind === 'core';
}
