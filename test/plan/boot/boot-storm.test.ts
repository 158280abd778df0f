import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openLibrary } from '../../../src/library/library.ts';
import type { Nanoseconds } from '../../../src/model/kernel/units.ts';
import { simulateBoot } from '../../../src/model/machine/boot/simulate-boot.ts';
import { compile } from '../../../src/model/scenario/compile.ts';
import { formatProblem, type Result } from '../../../src/model/scenario/problem.ts';
import { bootStorm } from '../../../src/plan/boot/boot-storm.ts';
import { bootTime, bootTimeAtMost } from '../../../src/plan/boot/boot-time.ts';
import { candidateOf } from '../../../src/plan/search/explore-host.ts';
import { readTargets } from '../../../src/plan/target/plan-targets.ts';
import { bootScenario } from '../../../src/plan/trial/lab-scenario.ts';

function take<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.value;
}

const library = openLibrary();
const hosts = take(library.loadHosts());
const hostNamed = (name: string) => hosts.find((host) => host.name === name)!;
const { platform } = take(library.loadPlatform('ec2-nested-kvm'));
const labOf = (name: string) => {
  const { template } = take(library.loadTemplate(name, platform));
  return { template, platform, switch: template.plan!.switch };
};
const SECOND = 1e9 as Nanoseconds;
const NOW = 0 as Nanoseconds;

describe('the fluid picture of a boot storm', () => {
  it('comes near the exact engine where a few VMs share a small machine', () => {
    const lab = labOf('azure-lab-hyperv-two');
    const specification = compile(bootScenario(lab, hostNamed('lab-medium-nested'), 1, NOW));
    const exact = [0, 1, 2, 3].map(
      (replication) =>
        simulateBoot(specification, { seed: 1, replication, stagger: NOW, giveUp: 600e9 as Nanoseconds })
          .allUpAt! / 1e9,
    );
    const mean = exact.reduce((sum, value) => sum + value, 0) / exact.length;
    const { allUp } = bootStorm(specification, 0);
    // The picture has no turns, locks or queues in it: it may be short by a quarter, and not long.
    expect(allUp).toBeGreaterThan(0.7 * mean);
    expect(allUp).toBeLessThan(1.1 * mean);
  });

  it('is never longer than what everything takes one after the other, and never shorter than the last start', () => {
    const lab = labOf('ec2-malware-lab');
    fc.assert(
      fc.property(
        fc.constantFrom('m8i.xlarge', 'r8i.2xlarge', 'c8i.8xlarge', 'm5zn.metal'),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 60 }),
        (name, seats, apart) => {
          const stagger = (apart * SECOND) as Nanoseconds;
          const { allUp, cpu, disk } = bootTime(lab, hostNamed(name), seats, stagger);
          expect(allUp).toBeLessThanOrEqual(bootTimeAtMost(lab, hostNamed(name), seats, stagger));
          expect(allUp).toBeGreaterThan((seats - 1) * apart);
          expect(cpu).toBeLessThanOrEqual(1 + 1e-9);
          expect(disk).toBeLessThanOrEqual(1 + 1e-9);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('takes longer with more seats, and says when the disk is why', () => {
    const lab = labOf('ec2-malware-lab');
    const slow = { ...hostNamed('r8i.8xlarge'), disk: { ...hostNamed('r8i.8xlarge').disk!, iops: 500 } };
    const times = [1, 4, 8].map((seats) => bootTime(lab, slow, seats, NOW));
    expect(times.map(({ allUp }) => allUp)).toEqual(
      [...times.map(({ allUp }) => allUp)].sort((a, b) => a - b),
    );
    expect(times[2]!.cause).toBe('disk');
    // 8 seats of two Windows and two small systems: their I/Os over 500 a second.
    expect(times[2]!.allUp).toBeCloseTo((8 * (2 * 16_250 + 2 * 1_600)) / 500, -1);
  });

  it('limits seats where a target says so', () => {
    const lab = labOf('ec2-malware-lab');
    const targets = readTargets('workable', ['boot-all-within=3 min']);
    const slow = { ...hostNamed('r8i.8xlarge'), disk: { ...hostNamed('r8i.8xlarge').disk!, iops: 500 } };
    const [tightest] = candidateOf(lab, slow, targets, 10, []).limits;
    expect(tightest).toMatchObject({ cause: 'boot', seats: 2 });
    expect(tightest!.text).toContain('the disk is full meanwhile');
    expect(candidateOf(lab, hostNamed('r8i.8xlarge'), targets, 10, []).limits[0]!.cause).not.toBe('boot');
  });
});
