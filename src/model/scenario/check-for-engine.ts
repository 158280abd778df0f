import type { Engine } from '../machine/engine.ts';
import type { SchedulingPolicyName } from '../machine/scheduler-specification.ts';
import { nestedScheduler } from './compile-scheduler.ts';
import type { SourceDocument } from './document.ts';
import { below, type Origin, type Origins, problemAt } from './origin.ts';
import { inReadingOrder, type Problem } from './problem.ts';
import type { Scenario, VirtualMachine } from './scenario.ts';

/**
 * What an engine cannot answer of a scenario that is sound otherwise, which `nestmark check` has rules for or the other
 * engine an answer to.
 */
export function checkForEngine(
  { platform, host, template }: Scenario,
  engine: Engine,
  document: SourceDocument,
  origins: Origins,
): readonly Problem[] {
  const problems: Problem[] = [];
  const checkPolicy = (policy: SchedulingPolicyName, origin: () => Origin): void => {
    if (engine !== 'exact' || policy !== 'fair') return;
    problems.push(
      problemAt(
        origin(),
        'found the policy fair, which has no turns to simulate slice by slice, expected another one',
        'or ask the fluid engine, which shares ideally at every level: simulate --engine fluid',
      ),
    );
  };
  const visit = (vms: readonly VirtualMachine[], around: string, cpus: number): void => {
    for (const vm of vms) {
      const missing = vm.affinity?.find((cpu) => cpu >= cpus);
      if (missing !== undefined) {
        problems.push(
          problemAt(
            below(origins.get(vm)!, 'affinity'),
            `found CPU ${missing}, expected those of ${around}, 0 to ${cpus - 1}`,
          ),
        );
      }
      if (vm.hypervisor === null) continue;
      const { policy } = nestedScheduler(platform, vm.hypervisor.scheduler);
      checkPolicy(policy, () => below(below(origins.get(vm)!, 'hypervisor'), 'scheduler'));
      visit(vm.vms, vm.name, vm.vcpus);
    }
  };
  checkPolicy(platform.scheduler.policy, () => ({
    document,
    path: [Object.hasOwn(document.data as object, 'scheduler') ? 'scheduler' : 'platform'],
  }));
  visit(template.vms, host.name, host.cpus);
  return inReadingOrder(problems);
}
