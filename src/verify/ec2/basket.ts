import type { Scenario, Workload } from '../../model/scenario/scenario.ts';

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

/** The scenario with its VM doing something else, whomever that talks to: the others are outside of the instance (penalty.ts). */
export const doing = (scenario: Scenario, workload: Workload): Scenario => ({
  ...scenario,
  template: { ...scenario.template, vms: scenario.template.vms.map((vm) => ({ ...vm, workload })) },
});
