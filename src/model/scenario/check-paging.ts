import type { ExitClass } from '../machine/exit-class.ts';
import type { Paging } from '../machine/specification.ts';
import type { SourceDocument } from './document.ts';
import { below, type Origins, problemAt } from './origin.ts';
import type { Problem } from './problem.ts';
import type { Scenario, VirtualMachine } from './scenario.ts';

/** What page faults and changes of address space are, where tables are shadowed. */
const SHADOW_EXITS: readonly ExitClass[] = ['exception', 'cr-access'];

/** Whether page tables can be shadowed where a scenario has that: costs, page faults, and nobody inside with more. */
export function checkPaging(scenario: Scenario, document: SourceDocument, origins: Origins): Problem[] {
  const { platform, template, paging: outermost = 'nested' } = scenario;
  const problems: Problem[] = [];
  const { classes } = platform.exits;
  const missing = SHADOW_EXITS.filter((exitClass) => classes[exitClass] === undefined);
  const isPriced = platform.memory?.shadow !== undefined && missing.length === 0;

  const visit = (vms: readonly VirtualMachine[], around: Paging): void => {
    for (const vm of vms) {
      const at = (key: string) => below(origins.get(vm)!, key);
      const paging = vm.hypervisor?.paging ?? around;
      if (around === 'shadow' && vm.hypervisor?.paging === 'nested') {
        problems.push(
          problemAt(
            at('hypervisor'),
            'found paging: nested inside a hypervisor with paging: shadow, which has no EPT or NPT to give',
            'take it out: what is inside shadows as well',
          ),
        );
      }
      if (paging === 'shadow' && vm.hypervisor !== null && !isPriced)
        problems.push(unpriced(at('hypervisor')));
      for (const key of ['workload', 'boot'] as const) {
        const workload = vm[key];
        if (around !== 'shadow' || workload === null || workload.memory.faultsPerCpuSecond !== null) continue;
        problems.push(
          problemAt(
            at(key),
            `found the workload ${workload.name}, which does not say how many page faults it has, ` +
              'expected memory: { faults: … }, as each is exits where page tables are shadowed',
            'memory: { faults: 5000 /s, address-spaces: 500 /s } for each second of CPU work',
          ),
        );
      }
      visit(vm.vms, paging);
    }
  };
  const unpriced = (origin: Parameters<typeof problemAt>[0]): Problem =>
    problemAt(
      origin,
      'found paging: shadow, expected a platform that says what that costs',
      `${platform.name} has ${missing.length === 0 ? 'no memory: { shadow: … }' : `no cost of ${missing.join(', ')} exits`}`,
    );
  if (outermost === 'shadow' && !isPriced) problems.push(unpriced({ document, path: ['paging'] }));
  visit(template.vms, outermost);
  return problems;
}
