import { describe, expect, it } from 'vitest';
import { openLibrary } from '../../src/library/library.ts';
import { compileTopology } from '../../src/model/machine/topology.ts';
import { compile } from '../../src/model/scenario/compile.ts';
import { drawOf } from '../../src/model/scenario/parameter-draw.ts';
import { formatProblem, type Result } from '../../src/model/scenario/problem.ts';
import type { Host } from '../../src/model/scenario/scenario.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { PlanQuestion } from '../../src/plan/plan-question.ts';
import type { RunBootTrial, RunTrial } from '../../src/plan/search/evaluator.ts';
import { TARGET_PRESETS } from '../../src/plan/target/plan-targets.ts';
import { runTrial, type Trial, type TrialOutcome } from '../../src/plan/trial/trial.ts';

function take<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.value;
}

const library = openLibrary();
const { platform, hash } = take(library.loadPlatform('kvm-intel-shadowing'));
const { template, hash: templateHash } = take(library.loadTemplate('ec2-malware-lab', platform));
const all = take(library.loadHosts());
const hostsNamed = (...names: readonly string[]): Host[] =>
  names.map((name) => all.find((host) => host.name === name)!);

const lab = { template, platform, switch: template.plan!.switch };

const questionOf = (hosts: readonly Host[], seats = 10): PlanQuestion => ({
  version: 'test',
  command: 'nestmark plan ec2-malware-lab',
  quick: false,
  template,
  templateHash,
  course: { ...template.plan!.course, seats },
  seats,
  hosts,
  hostFilter: 'test',
  leftOut: [],
  labOf: () => lab,
  rules: () => ({ refusals: [], warnings: [] }),
  platforms: [{ platform, hash, bases: { measured: 0, published: 1, derived: 0, assumed: 0 } }],
  otherPlatforms: () => [],
  targets: TARGET_PRESETS.workable,
  probability: 0.95,
  terms: { windows: false, spot: false },
  today: '2026-08-01',
  seed: 1,
});

/** A host that holds its seats to two a CPU core, and then falls off a cliff; no randomness at all. */
const cliff: RunTrial = ({ scenario }) => {
  const cores = scenario.host.cpus / scenario.host.threadsPerCore;
  const load = scenario.seats / (2 * cores);
  return Promise.resolve(outcome(load <= 1 ? 1 + 0.2 * load : 3 * load, load));
};

const outcome = (slowdownP95: number, load: number): TrialOutcome => ({
  slowdownP95,
  worstSeatSlowdownP95: slowdownP95,
  probeP95Ms: 30 * slowdownP95,
  ready: { share: load <= 1 ? 0.001 : 0.2, role: 'analyst', level: 1 },
  framesArrived: 1,
  keptUp: { share: 1, role: 'sandbox' },
  cpu: {
    guest: Math.min(0.9, load),
    hypervisor: [0.05],
    switch: 0,
    idle: Math.max(0, 0.95 - load),
    flooding: 0,
  },
  roles: [{ role: 'analyst', level: 1, vcpus: 2, busy: 0.1, ready: 0.001, hiddenSteal: 0, limited: 0 }],
  events: 1,
});

const never = new AbortController().signal;

const soon: RunBootTrial = ({ engine }) => Promise.resolve({ allUp: 100, last: 'sandbox', engine });

describe('a plan over a host model with a known cliff', () => {
  it('finds the cliff of every host, or its memory, and takes the cheapest', async () => {
    // 18 GiB a seat. m8i.large has 1 core and 8 GiB, c8i.4xlarge 8 cores and 32 GiB, r8i.xlarge 2 cores and 32 GiB.
    const hosts = hostsNamed('m8i.large', 'c8i.8xlarge', 'r8i.2xlarge');
    const result = await makePlan(questionOf(hosts), { run: cliff, runBoot: soon, signal: never });
    const seats = Object.fromEntries(
      result.hosts.map(({ host, seats: held, binds }) => [host, [held, binds]]),
    );
    expect(seats).toEqual({
      // 7.6 GiB for seats of 18.
      'm8i.large': [0, 'memory'],
      // 60.8 GiB.
      'c8i.8xlarge': [3, 'memory'],
      'r8i.2xlarge': [3, 'memory'],
    });
    expect(result.recommended?.hosts).toEqual([{ host: 'r8i.2xlarge', count: 4, seats: 3 }]);
    expect(result.recommended?.confirmed).toBe(true);
    expect(result.complete).toBe(true);
  });

  it('finds the cliff of the CPUs where memory is not in the way', async () => {
    // 2 cores, 64 GiB: 3 seats by memory. 4 seats by the cliff of x8i.xlarge: 2 cores, 64 GiB.
    const result = await makePlan(questionOf(hostsNamed('x8i.large', 'x8i.xlarge'), 40), {
      run: cliff,
      runBoot: soon,
      signal: never,
    });
    const row = (name: string) => result.hosts.find(({ host }) => host === name)!;
    expect(row('x8i.large')).toMatchObject({ seats: 1, binds: 'memory' });
    expect(row('x8i.xlarge')).toMatchObject({ seats: 3, binds: 'memory' });
    // The cliff is beyond 4 seats on 2 cores; 4 and 6 are numbers that the curve is drawn at, joined by a line.
    expect(result.curve?.knee?.seats).toBeGreaterThan(4);
    expect(result.curve?.knee?.seats).toBeLessThan(6);
    expect(result.curve?.full).toBe(4);
  });

  it('says why the next seat fails when trials decide', async () => {
    const tight: RunTrial = ({ scenario }) =>
      Promise.resolve(outcome(scenario.seats <= 2 ? 1.1 : 9, scenario.seats <= 2 ? 0.5 : 2));
    const result = await makePlan(questionOf(hostsNamed('x8i.8xlarge')), {
      run: tight,
      runBoot: soon,
      signal: never,
    });
    expect(result.hosts[0]).toMatchObject({ seats: 2, binds: 'cpu-ready', engine: 'exact' });
    expect(result.hosts[0]!.bindsText).toContain('with 3 seats');
  });

  it('lets the exact engine have the last word, and chooses anew', async () => {
    const optimistic: RunTrial = (trial) =>
      Promise.resolve(outcome(trial.engine === 'exact' && trial.scenario.seats > 1 ? 9 : 1.1, 0.2));
    const result = await makePlan(questionOf(hostsNamed('r8i.2xlarge', 'x8i.8xlarge')), {
      run: optimistic,
      runBoot: soon,
      signal: never,
    });
    expect(result.hosts.map(({ seats }) => seats)).toEqual([1, 1]);
    expect(result.recommended?.hosts).toEqual([{ host: 'r8i.2xlarge', count: 10, seats: 1 }]);
  });

  it('asks the exact engine about a single seat that the fluid engine says nearly fits, where it would be cheapest', async () => {
    const planWith = async (fluid: number, exact: number, quick = false) => {
      const asked: string[] = [];
      const run: RunTrial = ({ scenario: { host, seats }, engine }) => {
        asked.push(`${host.cpus} CPUs ${engine}`);
        const large = host.cpus === 32;
        const slowdown = large ? 1.1 : engine === 'fluid' ? fluid * seats : exact * seats;
        return Promise.resolve(outcome(slowdown, large ? 0.2 : 0.5 * seats));
      };
      const question = { ...questionOf(hostsNamed('r8i.2xlarge', 'c8i.8xlarge'), 1), quick };
      const plan = await makePlan(question, { run, runBoot: soon, signal: never });
      const { recommended, hosts, curve, confidence } = plan;
      const small = hosts.find(({ host }) => host === 'r8i.2xlarge')!;
      return { taken: recommended?.hosts[0]?.host, small, asked, curve, confidence };
    };
    const held = await planWith(2.1, 1.1);
    expect(held).toMatchObject({
      taken: 'r8i.2xlarge',
      small: { seats: 1, engine: 'exact', binds: 'asked' },
      // What is said of the host beside it does not contradict it.
      curve: { host: 'r8i.2xlarge', engine: 'exact' },
      confidence: { seats: { low: 1, high: 1 }, slowdownP95: { middle: 1.1 } },
    });
    const refused = await planWith(2.1, 2.5);
    expect(refused).toMatchObject({ taken: 'c8i.8xlarge', small: { seats: 0, engine: 'exact' } });
    for (const { taken, small, asked } of [await planWith(6, 1.1), await planWith(2.1, 1.1, true)]) {
      expect(taken).toBe('c8i.8xlarge');
      expect(small).toMatchObject({ seats: 0, engine: 'fluid' });
      expect(asked).not.toContain('8 CPUs exact');
    }
  });

  it('asked quickly, takes what the fluid engine found and says that nothing is confirmed', async () => {
    const asked: Trial[] = [];
    const watched: RunTrial = (trial) => {
      asked.push(trial);
      return cliff(trial);
    };
    const question = { ...questionOf(hostsNamed('r8i.2xlarge', 'x8i.8xlarge')), quick: true };
    const result = await makePlan(question, { run: watched, runBoot: soon, signal: never });
    const whole = await makePlan({ ...question, quick: false }, { run: cliff, runBoot: soon, signal: never });
    expect(asked.every(({ engine, parameters }) => engine === 'fluid' && parameters.kind === 'best')).toBe(
      true,
    );
    const { boot, ...recommended } = result.recommended!;
    const { boot: confirmedBoot, ...confirmed } = whole.recommended!;
    expect(recommended).toEqual({ ...confirmed, confirmed: false, slowdownBound: null });
    expect([boot?.engine, confirmedBoot?.engine]).toEqual(['arithmetic', 'fluid']);
    expect(result.second?.hosts).toEqual(whole.second?.hosts);
    expect(result).toMatchObject({ complete: true, curve: null, whatIf: [], sizing: [], confidence: null });
    expect(result.findings.map(({ code }) => code)).toContain('quick');
    expect(result.question.quick).toBe(true);
  });

  it('leaves coming up to arithmetic where nobody says what the disk can do', async () => {
    const [host] = hostsNamed('r8i.2xlarge');
    const result = await makePlan(questionOf([{ ...host!, disk: null }]), {
      run: cliff,
      runBoot: () => Promise.reject(new Error('there is no disk to boot from')),
      signal: never,
    });
    expect(result.recommended).toMatchObject({ confirmed: true, boot: { engine: 'arithmetic' } });
  });

  it('takes seats away that the exact engine sees come up too late, and says why', async () => {
    const asked: string[] = [];
    // A minute a seat, where the picture of the storm has much less.
    const slow: RunBootTrial = ({ scenario: { seats }, engine }) => {
      asked.push(`${seats} ${engine}`);
      // The fluid engine would have eleven of them up in time.
      return Promise.resolve({ allUp: (engine === 'exact' ? 60 : 54) * seats, last: 'sandbox', engine });
    };
    const question = { ...questionOf(hostsNamed('x8i.8xlarge'), 40), targets: TARGET_PRESETS.comfortable };
    const result = await makePlan(question, { run: cliff, runBoot: slow, signal: never });
    expect(result.hosts[0]).toMatchObject({ seats: 10, binds: 'boot', engine: 'exact' });
    expect(result.hosts[0]!.bindsText).toBe(
      'with 11 seats the last VM (sandbox) is up after 11 min by the exact engine, 10 min are allowed',
    );
    expect(result.recommended?.boot).toMatchObject({ seconds: 600, limit: 600, engine: 'exact' });
    expect(new Set(asked).size).toBe(asked.length);
    // 2 minutes are far from the limit, whatever the exact engine would say.
    expect(asked).not.toContain('2 exact');
    const never10 = await makePlan(question, {
      run: cliff,
      runBoot: ({ engine }) => Promise.resolve({ allUp: 7200, last: 'sandbox', engine }),
      signal: never,
    });
    expect(never10.recommended).toBeNull();
    expect(never10.hosts[0]).toMatchObject({ seats: 0, binds: 'boot' });
  });

  it('gives seats back that nothing but the picture of the storm took', async () => {
    const targets = { ...TARGET_PRESETS.workable, bootAllWithin: 120 };
    const question = { ...questionOf(hostsNamed('x8i.8xlarge'), 40), targets };
    const late = await makePlan({ ...question, quick: true }, { run: cliff, runBoot: soon, signal: never });
    const pictured = late.hosts[0]!.seats;
    expect(late.hosts[0]).toMatchObject({ binds: 'boot', limit: pictured });
    const plan = (perSeat: number) => {
      const runBoot: RunBootTrial = ({ scenario: { seats }, engine }) =>
        Promise.resolve({ allUp: perSeat * seats, last: 'sandbox', engine });
      return makePlan(question, { run: cliff, runBoot, signal: never });
    };
    const oneMore = await plan(120 / (pictured + 1.5));
    expect(oneMore.hosts[0]).toMatchObject({ seats: pictured + 1, binds: 'boot' });
    const early = await plan(1);
    expect(early.hosts[0]).toMatchObject({ binds: 'memory', engine: 'exact' });
    expect(early.hosts[0]!.seats).toBeGreaterThan(pictured);
    const asPictured = await plan(120 / (pictured + 0.5));
    expect(asPictured.hosts[0]).toMatchObject({ seats: pictured, binds: 'boot' });
  });

  it('says so when the exact engine sees another slowdown than the curve shows', async () => {
    const unlike: RunTrial = (trial) => Promise.resolve(outcome(trial.engine === 'exact' ? 1.8 : 1.1, 0.2));
    const hosts = hostsNamed('r8i.2xlarge');
    const result = await makePlan(questionOf(hosts), { run: unlike, runBoot: soon, signal: never });
    expect(result.curve?.points.some(({ seats }) => seats === 3)).toBe(true);
    expect(result.findings).toContainEqual(
      expect.objectContaining({
        code: 'engines-disagree',
        text: expect.stringContaining('1.10 where the exact one sees 1.80'),
      }),
    );
    const alike = await makePlan(questionOf(hosts), { run: cliff, runBoot: soon, signal: never });
    expect(alike.findings.map(({ code }) => code)).not.toContain('engines-disagree');
  });

  it('stopped early, answers with what it has and says so', async () => {
    const abort = new AbortController();
    let trials = 0;
    const stopping: RunTrial = (trial: Trial) => {
      if (++trials === 12) abort.abort(new Error('stopped'));
      if (abort.signal.aborted) return Promise.reject(abort.signal.reason as Error);
      return cliff(trial);
    };
    const hosts = all.filter(({ catalogue, level }) => catalogue?.name === 'ec2' && level === 1);
    const result = await makePlan(questionOf(hosts), { run: stopping, runBoot: soon, signal: abort.signal });
    expect(result.complete).toBe(false);
    expect(result.hosts.length).toBeLessThan(hosts.length);
    expect(result.recommended).not.toBeNull();
    expect(result.findings[0]).toMatchObject({
      code: 'stopped',
      text: expect.stringContaining(`of ${hosts.length} hosts`),
    });
  });

  it('says that nothing fits, and that a price is missing', async () => {
    const nothing = await makePlan(questionOf(hostsNamed('m8i.large')), {
      run: cliff,
      runBoot: soon,
      signal: never,
    });
    expect(nothing.recommended).toBeNull();
    expect(nothing.findings.map(({ code }) => code)).toContain('nothing-fits');
    const unpriced = await makePlan(questionOf(hostsNamed('hp-z840')), {
      run: cliff,
      runBoot: soon,
      signal: never,
    });
    expect(unpriced.findings.map(({ code }) => code)).toContain('no-price');
  });

  it('takes what seats reserve as a limit on seats, in the answer and in all that is asked besides', async () => {
    // Two sandboxes of 2 CPUs each: 4 CPUs a seat; 32 and 2 CPUs.
    const esxi = take(library.loadPlatform('esxi-on-esxi')).platform;
    const vms = template.vms.map((vm) => (vm.name === 'sandbox' ? { ...vm, reservation: 2 } : vm));
    const reserving = { template: { ...template, vms }, platform: esxi, switch: template.plan!.switch };
    const question = { ...questionOf(hostsNamed('x8i.8xlarge', 'x8i.large'), 40), labOf: () => reserving };
    const checked: RunTrial = (trial) => {
      compileTopology(compile(trial.scenario, drawOf(trial.parameters)));
      return cliff(trial);
    };
    const hooks = { run: checked, runBoot: soon, signal: never };
    const result = await makePlan(question, hooks);
    expect(result.hosts.map(({ host, seats, binds }) => [host, seats, binds])).toEqual([
      ['x8i.8xlarge', 8, 'reservations'],
      ['x8i.large', 0, 'reservations'],
    ]);
    expect(result.curve?.points.at(-1)?.seats).toBe(8);
    expect(result.whatIf.map(({ change }) => change)).toContain('one-vcpu-less');
    expect(result.whatIf.map(({ change }) => change)).not.toContain('pinning');
    const nothing = await makePlan({ ...question, hosts: hostsNamed('x8i.large') }, hooks);
    expect(nothing.recommended).toBeNull();
    expect(nothing.curve).toBeNull();
  });

  it('warns of old prices', async () => {
    const question = { ...questionOf(hostsNamed('r8i.2xlarge')), today: '2027-07-20' };
    const { findings } = await makePlan(question, { run: cliff, runBoot: soon, signal: never });
    expect(findings).toContainEqual(
      expect.objectContaining({ code: 'old-prices', text: expect.stringContaining('365 days') }),
    );
  });

  it('says which host has no spot price, when spot prices were to be taken', async () => {
    const plan = async (spot: boolean) => {
      const question = { ...questionOf(hostsNamed('r8i.2xlarge')), terms: { windows: false, spot } };
      const { findings } = await makePlan(question, { run: cliff, runBoot: soon, signal: never });
      return findings.filter(({ code }) => code === 'no-spot-price').map(({ text }) => text);
    };
    expect(await plan(true)).toEqual([expect.stringContaining('r8i.2xlarge')]);
    expect(await plan(false)).toEqual([]);
  });

  it('warns of no old price that could not change the answer', async () => {
    const [old] = hostsNamed('r8i.2xlarge');
    const dear = {
      ...old!,
      name: 'dear',
      catalogue: { ...old!.catalogue!, name: 'far-too-dear' },
      price: { ...old!.price!, usdPerHour: 50 * old!.price!.usdPerHour, asOf: '2020-01-01' },
    };
    const question = { ...questionOf([old!, dear]), today: old!.price!.asOf };
    const { findings } = await makePlan(question, { run: cliff, runBoot: soon, signal: never });
    expect(findings.map(({ code }) => code)).not.toContain('old-prices');
  });
});

describe('a plan over the real engines', () => {
  const question = { ...questionOf(hostsNamed('r8i.xlarge', 'x8i.large'), 3) };

  it('is the same in whatever order its trials finish', async () => {
    const inTurn: RunTrial = (trial) => Promise.resolve(runTrial(trial));
    let waiting: (() => void)[] = [];
    // Answers in reverse, a batch at a time, as other workers might.
    const reversed: RunTrial = (trial) =>
      new Promise((resolve) => {
        waiting.push(() => resolve(runTrial(trial)));
        setImmediate(() => {
          const batch = waiting.reverse();
          waiting = [];
          for (const give of batch) give();
        });
      });
    const first = await makePlan(question, { run: inTurn, runBoot: soon, signal: never });
    const second = await makePlan(question, { run: reversed, runBoot: soon, signal: never });
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
    expect(first.hosts.some(({ engine }) => engine === 'exact')).toBe(true);
  }, 60_000);
});

describe('odd questions', () => {
  const nobody: RunTrial = () => Promise.reject(new Error('nothing is to be tried'));
  const hooks = {
    run: nobody,
    runBoot: () => Promise.reject(new Error('nothing comes up')),
    signal: new AbortController().signal,
  };

  it('tries nothing for a seat that wants many times the CPUs of the host', async () => {
    const vms = template.vms.map((vm) => ({ ...vm, count: 5000 * vm.count }));
    const crowd = { ...lab, template: { ...template, vms } };
    const plan = await makePlan({ ...questionOf(hostsNamed('r8i.xlarge')), labOf: () => crowd }, hooks);
    expect(plan).toMatchObject({ recommended: null, curve: null, whatIf: [], confidence: null, trials: 0 });
    expect(plan.findings.map(({ code }) => code)).toContain('nothing-fits');
  });

  it('says which hosts were left out, and why', async () => {
    const leftOut = [
      { platform: 'ec2-nested-kvm', hosts: ['r8i.large', 'r8i.xlarge'], reason: 'it knows none' },
    ];
    const vms = template.vms.map((vm) => ({ ...vm, count: 5000 * vm.count }));
    const crowd = { ...lab, template: { ...template, vms } };
    const asked = { ...questionOf(hostsNamed('r8i.xlarge')), labOf: () => crowd, leftOut };
    const { findings } = await makePlan(asked, hooks);
    expect(findings).toContainEqual({
      severity: 'warning',
      code: 'hosts-left-out',
      text: '2 hosts (r8i.large and others) are not looked at: the template cannot be on their platform ec2-nested-kvm: it knows none',
    });
  });
});
