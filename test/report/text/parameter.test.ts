import { expect, it } from 'vitest';
import { parameterName } from '../../../src/report/text/parameter.ts';

it.each([
  ['platform.exits.classes.pio.handle', 'PIO, handle'],
  ['platform.exits.classes.cpuid.ops.vmcs-access', 'CPUID, VMCS access per exit'],
  ['platform.smt-throughput', 'SMT throughput'],
  ['workload.desktop.per-cpu-second.page-fault', 'page fault per CPU second of desktop'],
  ['workload.web-server.per-job.mmio', 'MMIO per job of web-server'],
])('%s reads %s', (parameter, name) => {
  expect(parameterName(parameter)).toBe(name);
});
