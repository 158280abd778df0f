import type { Scenario, Workload } from '../../model/scenario/scenario.ts';
import { withWorkloads, workingRoles } from '../../model/scenario/work-by-role.ts';

/** Compile, web server, database, CI pipeline, idle desktop, file server, malware lab. */
export const BASKET: readonly string[] = [
  'compile',
  'web-server',
  'database',
  'ci-step',
  'desktop',
  'file-server',
  'malware-sample',
];

/**
 * The scenario with its VM doing something else. The VM is alone on its instance: whoever it talks to is another machine,
 * which is put so after reading, for work that talks within a seat is refused where nobody else works there.
 */
export function doing(scenario: Scenario, workload: Workload): Scenario {
  const { template } = scenario;
  const { network } = workload;
  const outside =
    network === null ? workload : { ...workload, network: { ...network, peer: 'uplink' as const } };
  const work = new Map(workingRoles(template.vms).map((role) => [role, outside]));
  return { ...scenario, template: { ...template, vms: withWorkloads(template.vms, work) } };
}
