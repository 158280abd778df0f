import { describe, expect, it } from 'vitest';
import { openLibrary } from '../../src/library/library.ts';
import { formatProblem, type Result } from '../../src/model/scenario/problem.ts';
import type { Host } from '../../src/model/scenario/scenario.ts';
import { Evaluator } from '../../src/plan/search/evaluator.ts';
import { candidateOf, type HostFinding } from '../../src/plan/search/explore-host.ts';
import { exploreKin, kinOf } from '../../src/plan/search/explore-kin.ts';
import { TARGET_PRESETS } from '../../src/plan/target/plan-targets.ts';
import type { Trial, TrialOutcome } from '../../src/plan/trial/trial.ts';

function take<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.value;
}

const library = openLibrary();
const { platform } = take(library.loadPlatform('kvm-intel-shadowing'));
const { template } = take(library.loadTemplate('ec2-malware-lab', platform));
const lab = { template, platform, switch: template.plan!.switch };
const all = take(library.loadHosts());
const targets = TARGET_PRESETS.workable;

// 48 CPUs each; 18 GiB a seat: 5, 10 and 20 seats by memory, and 20 asked for.
const NAMES = ['c8i.12xlarge', 'm8i.12xlarge', 'r8i.12xlarge', 'r8i-flex.12xlarge'];
const kin = NAMES.map((name) => all.find((host) => host.name === name)!);
const candidates = (hosts: readonly Host[]) => hosts.map((host) => candidateOf(lab, host, targets, 20, []));

/** Explores hosts that hold `cliff` seats and no more. */
async function explore(hosts: readonly Host[], cliff: number) {
  const trials: Trial[] = [];
  const evaluator = new Evaluator({
    run: (trial) => {
      trials.push(trial);
      return Promise.resolve(outcome(trial.scenario.seats <= cliff ? 1.1 : 9));
    },
    runBoot: () => Promise.reject(new Error('exploring asks for no boots')),
    seed: 1,
    targets,
    probability: 0.95,
  });
  const found = new Map<string, HostFinding>();
  await exploreKin(candidates(hosts), evaluator, (finding) => found.set(finding.host.name, finding));
  return { found, trials };
}

const outcome = (slowdownP95: number): TrialOutcome => ({
  slowdownP95,
  worstSeatSlowdownP95: slowdownP95,
  probeP95Ms: 30,
  ready: { share: 0, role: 'analyst', level: 1 },
  framesArrived: 1,
  keptUp: { share: 1, role: 'sandbox' },
  cpu: { guest: 0.4, hypervisor: [0.05], switch: 0, idle: 0.5, flooding: 0 },
  roles: [{ role: 'analyst', level: 1, vcpus: 2, busy: 0.1, ready: 0, hiddenSteal: 0, limited: 0 }],
  events: 1,
});

describe('exploring hosts of one kind', () => {
  it('tries one as weak as the weakest with the most seats any has memory for, and no other when it holds them', async () => {
    const { found, trials } = await explore(kin, 100);
    expect(new Set(trials.map(({ scenario }) => scenario.seats))).toEqual(new Set([20]));
    expect(NAMES.map((name) => found.get(name)!.seats)).toEqual([5, 10, 20, 20]);
    expect([...found.values()].every(({ bounded }) => bounded)).toBe(true);
    const [speed] = kin.map((host) => host.speed!.value).sort((a, b) => a - b);
    const demand = trials[0]!.scenario.template.vms.find(({ workload }) => workload !== null)!.workload!;
    const written = template.vms.find(({ workload }) => workload?.name === demand.name)!.workload!;
    expect(demand.demand.mean).toBe(Math.round(written.demand.mean / speed!));
  });

  it('explores by themselves the hosts whose memory holds more than is held clearly', async () => {
    const { found } = await explore(kin, 12);
    expect(NAMES.map((name) => [found.get(name)!.seats, found.get(name)!.bounded])).toEqual([
      [5, true],
      [10, true],
      [12, false],
      [12, false],
    ]);
    expect(found.get('r8i.12xlarge')!.binding.text).toContain('with 13 seats');
  });

  it('finds what exploring each by itself finds', async () => {
    for (const cliff of [0, 1, 5, 9, 20]) {
      const together = await explore(kin, cliff);
      for (const host of kin) {
        const alone = await explore([host], cliff);
        expect(together.found.get(host.name)!.seats).toBe(alone.found.get(host.name)!.seats);
        expect(alone.found.get(host.name)!.bounded).toBe(false);
      }
    }
  });

  it('takes hosts of unlike CPUs, levels or platforms for unlike kinds', () => {
    const hosts = ['m8i.12xlarge', 'm8i.8xlarge', 'r8i.12xlarge', 'm5zn.metal'].map(
      (name) => all.find((host) => host.name === name)!,
    );
    const kinds = kinOf(candidates(hosts)).map((kind) => kind.map(({ host }) => host.name));
    expect(kinds).toEqual([['m8i.12xlarge', 'r8i.12xlarge'], ['m8i.8xlarge'], ['m5zn.metal']]);
  });
});
