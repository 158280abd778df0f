import { describe, expect, it } from 'vitest';
import { openLibrary } from '../../src/library/library.ts';
import type { Nanoseconds } from '../../src/model/kernel/units.ts';
import { BEST } from '../../src/model/scenario/parameter-draw.ts';
import { formatProblem, type Result } from '../../src/model/scenario/problem.ts';
import { labScenario } from '../../src/plan/trial/lab-scenario.ts';
import { primerTrial, runTrial } from '../../src/plan/trial/trial.ts';

function take<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.value;
}

const library = openLibrary();
const host = take(library.loadHosts()).find(({ name }) => name === 'r8i.8xlarge')!;
const { platform } = take(library.loadPlatform('ec2-nested-kvm'));
const window = { warmUp: 0 as Nanoseconds, duration: 2e9 as Nanoseconds };

describe('every shipped template can be tried, in every phase', () => {
  it.each(library.templateNames().filter((name) => name !== 'two-hypervisors'))('%s', (name) => {
    const { template } = take(library.loadTemplate(name, platform));
    const lab = { template, platform, switch: template.plan!.switch };
    for (const phase of template.plan!.phases) {
      const scenario = labScenario(lab, phase, host, 1, window);
      const outcome = runTrial({ scenario, engine: 'fluid', seed: 1, replication: 0, parameters: BEST });
      expect(outcome.events).toBeGreaterThan(0);
      expect(outcome.cpu.guest).toBeGreaterThan(0);
    }
  });
});

describe('the small trial before the first of a thread', () => {
  const { template } = take(library.loadTemplate('ec2-malware-lab', platform));
  const [first, ...others] = template.vms;
  const tiedTo = (tie: Partial<typeof first & object>) => {
    const vms = [{ ...first!, ...tie }, ...others];
    const lab = { template: { ...template, vms }, platform, switch: template.plan!.switch };
    const scenario = labScenario(lab, template.plan!.phases[0]!, host, 2, window);
    return primerTrial({ scenario, engine: 'fluid', seed: 1, replication: 0, parameters: BEST });
  };

  it('is of one seat on few CPUs', () => {
    const { seats, host: small } = tiedTo({}).scenario;
    expect([seats, small.cpus]).toEqual([1, 4]);
  });

  it('can be run where a VM is tied to CPUs beyond those, and leaves VMs their reservations', () => {
    expect(runTrial(tiedTo({ affinity: [30, 31] })).events).toBeGreaterThan(0);
    expect(tiedTo({ reservation: 2 }).scenario.host.cpus).toBe(host.cpus);
  });
});
