import { describe, expect, it } from 'vitest';
import { formatProblem } from '../../../src/model/scenario/problem.ts';
import { readScenario } from '../../../src/model/scenario/read-scenario.ts';
import type { Scenario } from '../../../src/model/scenario/scenario.ts';
import { inMemorySources, SMALL } from './in-memory-sources.ts';

const BASE = `name: A lab
host: small
platform: plain
seats: 2
template:
  vms:
    - name: node
      count: 2
      vcpus: 4
      memory: 8 GiB
      hypervisor: {}
      vms:
        - { name: web, vcpus: 1, memory: 2 GiB, workload: busy }
        - { name: desk, vcpus: 2, memory: 4 GiB, workload: prompt }
phases:
  - exercise: { for: 60 s }
targets: { probe-p95-slowdown: 2, ready: 5 % }
`;

const read = (text: string, more: Record<string, string> = {}) =>
  readScenario('lab.yaml', text, inMemorySources({ ...SMALL, ...more }));

const scenario = (text: string, more: Record<string, string> = {}): Scenario => {
  const result = read(text, more);
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.value;
};

/** The problems of BASE after replacing each `from` by its `to`. */
const problems = (
  changes: readonly (readonly [string, string])[],
  more: Record<string, string> = {},
): string[] => {
  let text = BASE;
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`${from} is not in the base scenario`);
    text = text.replace(from, to);
  }
  const result = read(text, more);
  return result.ok ? [] : result.problems.map(formatProblem);
};

describe('a scenario', () => {
  it('comes out with units converted, names resolved and defaults filled in', () => {
    const lab = scenario(BASE);
    expect(lab).toMatchObject({
      name: 'A lab',
      description: '',
      host: {
        name: 'small',
        level: 0,
        cpus: 8,
        threadsPerCore: 2,
        clock: 2e9,
        memory: 32 * 2 ** 30,
        nic: null,
      },
      platform: { name: 'plain', smtThroughput: { value: 1.25 }, exits: { switch: { value: 500 } } },
      seats: 2,
      switch: { promiscuous: false, forgedTransmits: false, macChanges: false, macLearning: false },
      exercise: { warmUp: 0, duration: 60e9 },
      targets: { probeP95Slowdown: 2, ready: 0.05 },
    });
    const [node] = lab.template.vms;
    expect(node).toMatchObject({
      count: 2,
      memory: 8 * 2 ** 30,
      hypervisor: { scheduler: null, switch: { promiscuous: false } },
      workload: null,
    });
    expect(node?.vms.map((vm) => [vm.name, vm.count, vm.workload?.name])).toEqual([
      ['web', 1, 'busy'],
      ['desk', 1, 'prompt'],
    ]);
    expect(node?.vms[1]?.workload?.probe).toBe(true);
  });

  it('takes anything written out in place of its name', () => {
    const inPlace = BASE.replace(
      'host: small',
      'host: { cores: 8, smt: 1, clock: 3 GHz, memory: 64 GiB }',
    ).replace(
      'workload: busy',
      'workload: { name: own, title: Own, source: me, arrivals: { kind: saturated, tasks: 1 }, ' +
        'demand: { kind: constant, mean: 1 ms }, exits: {} }',
    );
    const lab = scenario(inPlace);
    expect(lab.host).toMatchObject({ name: 'custom', cpus: 8, source: 'written out in lab.yaml' });
    expect(lab.template.vms[0]?.vms[0]?.workload).toMatchObject({ name: 'own', arrivals: { tasks: 1 } });
  });

  it('takes templates by name, at the top and inside a hypervisor', () => {
    const text = `
name: x
host: small
platform: plain
seats: 1
template: outer
phases: [{ exercise: { for: 1 s } }]
`;
    const lab = scenario(text, {
      'template/outer': 'vms: [{ name: a, vcpus: 2, memory: 8 GiB, hypervisor: {}, vms: inner }]',
      'template/inner': 'vms: [{ name: b, vcpus: 1, memory: 1 GiB, workload: busy }]',
    });
    expect(lab.template.name).toBe('outer');
    expect(lab.template.vms[0]?.vms[0]?.workload?.name).toBe('busy');
  });

  it('reads a host at level 1 with its price and source', () => {
    expect(scenario(BASE.replace('host: small', 'host: cloud')).host).toMatchObject({
      level: 1,
      nic: 10e9,
      price: { usdPerHour: 1, asOf: null, region: null },
      source: 'made up (as of 2026-01-01)',
    });
  });

  it('takes a platform given from outside in place of its own', () => {
    const other = { ...scenario(BASE).platform, name: 'other' };
    const sources = inMemorySources(SMALL);
    const result = readScenario('lab.yaml', BASE.replace('plain', 'nowhere'), sources, { platform: other });
    expect(result.ok && result.value.platform.name).toBe('other');
  });
});

describe('what cannot be is refused, with its place', () => {
  it.each<[string, readonly (readonly [string, string])[], string]>([
    [
      'an exercise of no time',
      [['60 s', '0 s']],
      'lab.yaml:16:22: phases[0].exercise.for: found "0 s", expected a duration such as 150 us or 20 s, more than zero',
    ],
    [
      'an exercise that would never end',
      [['60 s', '25 h']],
      'lab.yaml:16:22: phases[0].exercise.for: found "25 h", expected at most 24 h',
    ],
    [
      'more than all of the time',
      [['5 %', '120 %']],
      'lab.yaml:17:42: targets.ready: found "120 %", expected at most 100 %',
    ],
    [
      'a wrong unit',
      [['8 GiB', '8 Gib']],
      'lab.yaml:10:15: template.vms[0].memory: found "8 Gib", expected a size such as 8 GiB; did you mean GiB?',
    ],
    [
      'an unknown key',
      [['      count: 2', '      cuont: 2']],
      'lab.yaml:8:7: template.vms[0].cuont: found the unknown key "cuont"; did you mean count?',
    ],
    ['no seats', [['seats: 2', 'seats: 0']], 'lab.yaml:4:8: seats: found 0, expected at least 1'],
    [
      'too many seats',
      [['seats: 2', 'seats: 10001']],
      'lab.yaml:4:8: seats: found 10001, expected at most 10000',
    ],
    [
      'half a seat',
      [['seats: 2', 'seats: 2.5']],
      'lab.yaml:4:8: seats: found 2.5, expected a whole number from 1 to 10000',
    ],
    [
      'a VM with more memory than its host',
      [['8 GiB', '64 GiB']],
      'lab.yaml:10:15: template.vms[0].memory: found 64 GiB, expected at most the 32 GiB of small',
    ],
    [
      'a VM with more vCPUs than its host',
      [['vcpus: 4', 'vcpus: 9']],
      'lab.yaml:9:14: template.vms[0].vcpus: found 9 vCPUs, expected at most the 8 of small',
    ],
    [
      'an inner VM with more memory than its hypervisor',
      [['memory: 2 GiB', 'memory: 9 GiB']],
      'lab.yaml:13:42: template.vms[0].vms[0].memory: found 9 GiB, expected at most the 8 GiB of node',
    ],
    [
      'an inner VM with more vCPUs than its hypervisor',
      [['vcpus: 1', 'vcpus: 5']],
      'lab.yaml:13:31: template.vms[0].vms[0].vcpus: found 5 vCPUs, expected at most the 4 of node',
    ],
    [
      'inner VMs with more memory together than their hypervisor',
      [['memory: 2 GiB', 'memory: 5 GiB']],
      'lab.yaml:10:15: template.vms[0].memory: found 8 GiB for a hypervisor whose VMs have 9 GiB together, ' +
        'expected at least that; give it more memory, or its VMs less',
    ],
    [
      'seats with more memory together than the host',
      [['seats: 2', 'seats: 3']],
      'lab.yaml:4:8: seats: found 3 seats of 16 GiB, 48 GiB in all, expected at most the 32 GiB of small; 2 seats fit',
    ],
    [
      'a hypervisor without VMs',
      [['workload: busy', 'hypervisor: {}']],
      'lab.yaml:13:61: template.vms[0].vms[0].hypervisor: found a hypervisor without VMs inside; ' +
        'list them under vms, or take hypervisor out',
    ],
    [
      'VMs without a hypervisor',
      [['      hypervisor: {}\n', '']],
      'lab.yaml:12:9: template.vms[0].vms: found VMs inside a VM that is not a hypervisor; ' +
        'add hypervisor: {} beside them',
    ],
    [
      'a workload on a hypervisor',
      [['      hypervisor: {}', '      workload: busy\n      hypervisor: {}']],
      'lab.yaml:11:17: template.vms[0].workload: found a workload on a VM that has VMs inside; ' +
        'give the workload to one of the VMs inside, or to a VM beside it',
    ],
    [
      'two VMs of one name',
      [['name: desk', 'name: web']],
      'lab.yaml:14:19: template.vms[0].vms[1].name: found the VM name web twice side by side; ' +
        'give each its own name, or use count',
    ],
    [
      'exits that the platform gives no cost for',
      [['workload: busy', 'workload: exotic']],
      'lab.yaml:13:59: template.vms[0].vms[0].workload: found the workload exotic, which takes cr-access exits, ' +
        'expected classes that the platform plain gives a cost for; choose another platform, or add the class to it',
    ],
    [
      'a target for a probe that is not there',
      [['workload: prompt', 'workload: busy']],
      'lab.yaml:17:32: targets.probe-p95-slowdown: found a target for the probe, and no VM whose workload is one; ' +
        'give a VM the workload desktop, or write probe: true in a workload',
    ],
    [
      'a phase that is not simulated',
      [['  - exercise', '  - start: {}\n  - exercise']],
      'lab.yaml:16:5: phases[0].start: found "start", which this version does not do yet; ' +
        'write boot: every VM comes up',
    ],
    [
      'work of a role that no VM has, in a phase',
      [['  - exercise', '  - install: { for: 5 s, workloads: { wrong: busy } }\n  - exercise']],
      'lab.yaml:16:46: phases[0].install.workloads.wrong: found the role name "wrong", which is not known; known: node/desk, node/web',
    ],
    [
      'a target for booting without a boot',
      [['ready: 5 %', 'boot-all-within: 12 min']],
      'lab.yaml:17:52: targets.boot-all-within: found a target for booting, and no boot phase; ' +
        'put boot: {} before the exercise under phases',
    ],
    [
      'a target that is not simulated',
      [['ready: 5 %', 'iops: 100']],
      'lab.yaml:17:35: targets.iops: found "iops", which this version does not do yet; ' +
        'not a target: read disk-throughput in the answer',
    ],
    [
      'a scheduler that there is not',
      [['hypervisor: {}', 'hypervisor: { scheduler: esx }']],
      'lab.yaml:11:32: template.vms[0].hypervisor.scheduler: found "esx", expected one of eevdf, cfs, esxi, credit2, hyperv, fair; did you mean esxi?',
    ],
    [
      'two exercises',
      [['{ for: 60 s }', '{ for: 60 s }\n  - exercise: { for: 1 s }']],
      'lab.yaml:17:5: phases[1]: found a second exercise phase, expected one; take it out',
    ],
    [
      'an unknown host',
      [['host: small', 'host: smal']],
      'lab.yaml:2:7: host: found the host name "smal", which is not known; did you mean small?',
    ],
    [
      'an unknown platform',
      [['platform: plain', 'platform: xen']],
      'lab.yaml:3:11: platform: found the platform name "xen", which is not known; known: plain',
    ],
    [
      'an unknown workload',
      [['workload: busy', 'workload: bussy']],
      'lab.yaml:13:59: template.vms[0].vms[0].workload: found the workload name "bussy", which is not known; ' +
        'did you mean busy?',
    ],
    [
      'another version',
      [['name: A lab', 'schema: nestmark/scenario@2']],
      'lab.yaml:1:9: schema: found "nestmark/scenario@2", expected nestmark/scenario@1',
    ],
    [
      'a negative rate, written out',
      [
        [
          'workload: busy',
          'workload: { name: w, title: w, source: s, arrivals: { kind: open, rate: -5 /s }, ' +
            'demand: { kind: constant, mean: 1 ms }, exits: {} }',
        ],
      ],
      'lab.yaml:13:121: template.vms[0].vms[0].workload.arrivals.rate: found "-5 /s", expected a rate such as 20 /s; ' +
        'it cannot be negative',
    ],
    [
      'a name that would not do as part of an entity',
      [['name: web', 'name: Web Server']],
      'lab.yaml:13:19: template.vms[0].vms[0].name: found "Web Server", ' +
        'expected a name of small letters, digits and dashes, such as web-server',
    ],
  ])('%s', (_, changes, expected) => {
    expect(problems(changes)).toEqual([expected]);
  });

  it('every problem of a file at once', () => {
    const found = problems([
      ['seats: 2', 'seats: -1'],
      ['8 GiB', '8 GHz'],
      ['workload: busy', 'wrokload: busy'],
      ['60 s', '60'],
    ]);
    expect(found.map((line) => line.split(':').slice(0, 3).join(':'))).toEqual([
      'lab.yaml:4:8',
      'lab.yaml:10:15',
      'lab.yaml:13:49',
      'lab.yaml:16:22',
    ]);
  });

  it('a cycle of templates, where it closes', () => {
    const text = BASE.replace(/template:\n[\s\S]*phases:/, 'template: a\nphases:').replace(/targets.*\n/, '');
    const inner = (name: string) =>
      `vms: [{ name: x, vcpus: 1, memory: 1 GiB, hypervisor: {}, vms: ${name} }]`;
    const result = read(text, { 'template/a': inner('b'), 'template/b': inner('a') });
    expect(result.ok ? [] : result.problems.map(formatProblem)).toEqual([
      'template/b:1:64: vms[0].vms: found a cycle: template "a" is part of itself',
    ]);
  });

  it('VMs nested deeper than four levels', () => {
    const nest = (depth: number): string =>
      `[{ name: v, vcpus: 1, memory: 1 GiB, ${depth === 1 ? 'workload: busy' : `hypervisor: {}, vms: ${nest(depth - 1)}`} }]`;
    const text = (depth: number): string =>
      BASE.replace(/template:\n[\s\S]*phases:/, `template: { vms: ${nest(depth)} }\nphases:`).replace(
        /targets.*\n/,
        '',
      );
    expect(read(text(4)).ok).toBe(true);
    const result = read(text(5));
    expect(result.ok ? [] : result.problems.map(({ message }) => message)).toEqual([
      'found a VM 5 levels deep, expected at most 4',
    ]);
  });

  it('more VMs in all than can be simulated, without making them', () => {
    const found = problems([
      ['seats: 2', 'seats: 10000'],
      ['count: 2', 'count: 10000'],
      ['memory: 8 GiB', 'memory: 1 MiB'],
      ['memory: 2 GiB', 'memory: 1 kB'],
      ['memory: 4 GiB', 'memory: 1 kB'],
    ]);
    expect(found[0]).toBe('lab.yaml:4:8: seats: found 300000000 VMs in all, expected at most 100000');
  });

  it('exits that would leave no time to work', () => {
    const ticking = SMALL['workload/busy']!.replace('per-cpu-second', 'per-busy-second');
    // 1.5 us at level 1, then 0.5 + 2 + 1 + 1.5 us at level 2, where the VM is.
    const rate = (perSecond: number) => ({
      'workload/busy': ticking.replace(
        'value: 100 /s, low: 50 /s, high: 200 /s',
        `value: ${perSecond} /s, low: 0 /s, high: 1000000 /s`,
      ),
    });
    expect(problems([], rate(199_999))).toEqual([]);
    expect(problems([], rate(210_000))).toEqual([
      'lab.yaml:13:59: template.vms[0].vms[0].workload: found the workload busy, whose exits per busy second take ' +
        '1.05 s of each second at level 2, expected less than 1 s; lower the rates, or nest less deep',
    ]);
  });

  it('problems of a named file, in that file', () => {
    const broken = SMALL['workload/busy']!.replace('10 /s', '10 Hz');
    expect(problems([], { 'workload/busy': broken })).toEqual([
      'workload/busy:6:31: arrivals.rate: found "10 Hz", expected a rate such as 20 /s; did you mean /s?',
    ]);
  });
});
