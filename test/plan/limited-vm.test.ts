import { describe, expect, it } from 'vitest';
import { openLibrary } from '../../src/library/library.ts';
import type { Nanoseconds } from '../../src/model/kernel/units.ts';
import { labScenario, windowOf } from '../../src/plan/trial/lab-scenario.ts';
import { runTrial } from '../../src/plan/trial/trial.ts';

describe('a VM with a limit far below what it asks for', () => {
  const library = openLibrary();
  const read = library.loadPlatform('kvm-intel-shadowing');
  if (!read.ok) throw new Error('no platform');
  const { platform } = read.value;
  const loaded = library.loadTemplate('ec2-malware-lab', platform);
  if (!loaded.ok) throw new Error('no template');
  const { template } = loaded.value;
  const hosts = library.loadHosts('ec2');
  const host = hosts.ok ? hosts.value.find(({ name }) => name === 'r8i.2xlarge')! : null;
  const limit = { cpus: 0.02, period: 100e6 as Nanoseconds };
  const vms = template.vms.map((vm) => (vm.workload?.probe === true ? { ...vm, limit } : vm));
  const lab = { template: { ...template, vms }, platform, switch: template.plan!.switch! };
  const [phase] = template.plan!.phases;

  // Its frames came in at the speed of a VM that stands still, so that a job once begun was never seen again, and what
  // was done before it looked fine.
  it.each(['fluid', 'exact'] as const)('feels slow by the %s engine, and its limit is seen', (engine) => {
    const scenario = labScenario(lab, phase!, host!, 1, windowOf(2, 'explore'));
    const { slowdownP95, roles } = runTrial({
      scenario,
      engine,
      seed: 1,
      replication: 0,
      parameters: { kind: 'best' },
    });
    expect(slowdownP95).toBeGreaterThan(10);
    expect(Math.max(...roles.map(({ limited }) => limited))).toBeGreaterThan(0.05);
  });
});
