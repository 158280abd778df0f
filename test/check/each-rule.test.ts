import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { evaluate, sentenceOf, type Verdict } from '../../src/check/evaluate.ts';
import { placeOf } from '../../src/check/place.ts';
import { readRules } from '../../src/check/read-rules.ts';
import { openLibrary } from '../../src/library/library.ts';
import { formatProblem } from '../../src/model/scenario/problem.ts';

const library = openLibrary({ roots: ['.'] });
const rules = library.ruleTexts().flatMap(({ file, text }) => {
  const read = readRules(file, text);
  return read.ok ? read.value : [];
});
const folder = mkdtempSync(join(tmpdir(), 'nestmark-rules-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What stands in a file of scenarios/checks, and what stands there instead. */
type Change = readonly [found: string | RegExp, instead: string];

function verdictsOf(pair: string, changes: readonly Change[]): readonly Verdict[] {
  let text = readFileSync(`scenarios/checks/${pair}.yaml`, 'utf8');
  for (const [found, instead] of changes) {
    const changed = text.replace(found, instead);
    expect(changed, `${pair}: ${found}`).not.toBe(text);
    text = changed;
  }
  const path = join(folder, 'scenario.yaml');
  writeFileSync(path, text);
  const loaded = library.loadScenario(path);
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return evaluate(rules, loaded.value.scenario);
}

const outcomesOf = (id: string, pair: string, ...changes: readonly Change[]): string[] => [
  ...new Set(
    verdictsOf(pair, changes)
      .filter(({ rule }) => rule.id === id)
      .map(({ outcome }) => outcome),
  ),
];

const writtenOut = (name: string): Change => [
  /host: .*/,
  `host: { name: ${name}, level: 1, cores: 8, smt: 2, clock: 2.9 GHz, memory: 64 GiB }`,
];

/** What the pairs of scenarios/checks leave out: the change of a right scenario with which it is broken, or told. */
const CHANGED: readonly (readonly [
  id: string,
  outcome: string,
  pair: string,
  ...changes: readonly Change[],
])[] = [
  ['any.limit-without-effect', 'broken', 'kvm-intel-shadowing', ['limit: 1.5', 'limit: 3']],
  [
    'virtualbox.amd',
    'broken',
    'virtualbox',
    ['Intel Core i7', 'AMD Ryzen 9'],
    ['version: 7.0', 'version: 5.2'],
  ],
  ['virtualbox.amd', 'held', 'virtualbox', ['Intel Core i7', 'AMD Ryzen 9']],
  ['ec2.family', 'broken', 'ec2-nested-kvm', writtenOut('t3.2xlarge')],
  ['ec2.family', 'held', 'ec2-nested-kvm', writtenOut('r8i-flex.4xlarge')],
  [
    'ec2.windows-cpus',
    'broken',
    'ec2-nested-kvm',
    ['m8i.4xlarge', 'm8i.96xlarge'],
    ['os: linux', 'os: windows'],
  ],
  ['ec2.windows-cpus', 'held', 'ec2-nested-kvm', ['os: linux', 'os: windows']],
  ['ec2.windows-vsm', 'told', 'ec2-nested-kvm', ['os: linux', 'os: windows']],
  [
    'ec2.third-level',
    'broken',
    'ec2-nested-kvm',
    [
      /\{ name: desktop.*\}/,
      '{ name: inner, vcpus: 2, memory: 8 GiB, hypervisor: {}, vms: [{ name: desktop, vcpus: 1, memory: 2 GiB }] }',
    ],
  ],
  ['ec2.flex', 'told', 'ec2-nested-kvm', ['m8i.4xlarge', 'm7i-flex.4xlarge']],
  ['ec2.level', 'broken', 'ec2-nested-kvm', ['m8i.4xlarge', 'm8i.metal-48xl']],
  ['ec2.instance', 'broken', 'esxi-on-esxi', [/host: .*/, 'host: m8i.4xlarge']],
  ['ec2.instance', 'broken', 'esxi-on-workstation', writtenOut('m8i.4xlarge')],
  ['gcp.series', 'broken', 'gcp', writtenOut('n2d-standard-16')],
  ['gcp.series', 'held', 'gcp', writtenOut('c3-highmem-8')],
  ['gcp.instance', 'broken', 'esxi-on-esxi', writtenOut('n2-standard-16')],
  ['azure.series', 'broken', 'azure', writtenOut('Standard_B8ms')],
  ['azure.series', 'broken', 'azure', writtenOut('Standard_DC8as_v5')],
  ['azure.series', 'held', 'azure', writtenOut('Standard_E8bds_v5')],
  ['azure.instance', 'broken', 'esxi-on-esxi', [/host: .*/, 'host: Standard_D16s_v5']],
  ['azure.amd', 'told', 'azure', writtenOut('Standard_D8as_v5'), ['product: hyper-v', 'product: kvm']],
  [
    'azure.windows-cpus',
    'broken',
    'azure',
    ['version: 2022', 'version: 2019'],
    [/host: .*/, 'host: { name: big, level: 1, cores: 128, smt: 2, clock: 2.9 GHz, memory: 900 GiB }'],
  ],
  ['hyper-v.intel-version', 'broken', 'hyperv-on-hyperv', ['outer-version: 2022', 'outer-version: 2012']],
  ['hyper-v.amd-version', 'held', 'hyperv-on-hyperv', ['Intel Xeon', 'AMD EPYC 7313']],
  ['hyper-v.third-party', 'told', 'hyperv-on-hyperv', ['product: hyper-v', 'product: virtualbox']],
  [
    'hyper-v.outer-third-party',
    'told',
    'third-party-on-esxi',
    ['outer-version: 8.0', 'outer-version: 8.0, production: true'],
  ],
  ['emulated.level', 'broken', 'emulated-lab', ['cores: 2', 'level: 1, cores: 2']],
  [
    'esx.mac-learning-version',
    'broken',
    'esxi-on-esxi',
    [/switch: .*/, 'switch: { kind: distributed, mac-learning: true, forged-transmits: true }'],
    ['outer-version: 8.0', 'outer-version: 6.5, distributed-switch: 6.5'],
  ],
  [
    'esx.mac-learning-version',
    'held',
    'esxi-on-esxi',
    [/switch: .*/, 'switch: { kind: distributed, mac-learning: true, forged-transmits: true }'],
    ['outer-version: 8.0', 'outer-version: 6.7, distributed-switch: 6.6'],
  ],
  [
    'esx.reaches-inner',
    'held',
    'esxi-on-esxi',
    [/switch: .*/, 'switch: { kind: distributed, mac-learning: true, forged-transmits: true }'],
  ],
  [
    'esx.forged-transmits',
    'broken',
    'esxi-on-esxi',
    [/switch: .*/, 'switch: { kind: distributed, mac-learning: true, forged-transmits: false }'],
  ],
  ['esx.datastore-disk', 'broken', 'esxi-on-esxi', ['disk-size: 200', 'disk-size: 64']],
  ['esx.datastore-disk', 'held', 'esxi-on-esxi', ['disk-size: 200', 'disk-size: 64, data-disk: true']],
  ['esx.datastore-disk', 'unsaid', 'esxi-on-esxi', ['disk-size: 200, ', '']],
  [
    'esx.licences-missing',
    'broken',
    'esxi-on-esxi',
    ['seats: 1', 'seats: 12'],
    ['facts: { outer-version: 8.0', 'facts: { licences: 11, outer-version: 8.0'],
  ],
  [
    'esx.licences-missing',
    'held',
    'esxi-on-esxi',
    ['seats: 1', 'seats: 12'],
    ['facts: { outer-version: 8.0', 'facts: { licences: 12, outer-version: 8.0'],
  ],
  [
    'esx.support',
    'held',
    'esxi-on-esxi',
    ['facts: { outer-version: 8.0', 'facts: { production: true, role: vsan-witness, outer-version: 8.0'],
  ],
  ['esx.mac-changes-rejected', 'told', 'esxi-on-esxi', ['mac-changes: true', 'mac-changes: false']],
  [
    'esx.mac-limit',
    'broken',
    'esxi-on-esxi',
    [/switch: .*/, 'switch: { kind: distributed, mac-learning: true, forged-transmits: true }'],
    ['memory: 16 GiB', 'memory: 128 GiB'],
    [/\{ name: desktop.*\}/, '{ name: desktop, count: 4097, vcpus: 1, memory: 1 MiB }'],
  ],
  ['esx.mtu', 'broken', 'esxi-on-esxi', ['outer-version: 8.0', 'outer-version: 8.0, mtu: 1500']],
  ['esx.mtu', 'held', 'esxi-on-esxi', ['outer-version: 8.0', 'outer-version: 8.0, mtu: 9000']],
  [
    'esx.vsan-on-vsan',
    'broken',
    'esxi-on-esxi',
    ['outer-version: 8.0', 'outer-version: 8.0, outer-vsan: true, fake-scsi-reservations: false'],
    ['tools: true', 'tools: true, vsan: osa'],
  ],
  [
    'esx.vsan-esa',
    'broken',
    'esxi-on-esxi',
    ['tools: true }', 'tools: true, vsan: esa }\n      disk: { controller: pvscsi }'],
  ],
  [
    'esx.vsan-esa',
    'held',
    'esxi-on-esxi',
    ['tools: true }', 'tools: true, vsan: esa }\n      disk: { controller: nvme }'],
  ],
  ['esx.nsx-edge', 'broken', 'esxi-on-esxi', ['tools: true', 'tools: true, nsx-edge: true']],
  ['esx.appliance', 'told', 'esxi-on-esxi', ['outer-version: 8.0', 'outer-version: 8.0, version: 9.0']],
  ['esx.academic', 'told', 'esxi-on-esxi', ['outer-version: 8.0', 'outer-version: 8.0, academic: true']],
  ['esx.host-reserve', 'broken', 'esxi-on-esxi', ['memory: 16 GiB', 'memory: 240 GiB']],
  ['ec2.windows-price', 'told', 'ec2-nested-kvm', ['os: linux', 'os: windows']],
  [
    'any.network-system',
    'told',
    'kvm-intel-shadowing',
    ['workload: desktop', 'workload: desktop, facts: { role: vjunos-router }'],
  ],
  [
    'any.xrv9000',
    'broken',
    'esxi-on-workstation',
    ['seats: 1', 'seats: 1\n'],
    [
      /(vms:\n)( {4}- name: nested)/,
      '$1    - { name: xr, vcpus: 4, memory: 16 GiB, facts: { role: xrv9000 } }\n$2',
    ],
  ],
  ['esx.tools', 'broken', 'esxi-on-esxi', ['tools: true', 'tools: false']],
  ['esx.iso', 'told', 'esxi-on-esxi', ['workload: desktop', 'workload: desktop, facts: { iso: true }']],
  ['esx.memory-tiering', 'told', 'esxi-on-esxi', ['outer-version: 8.0', 'outer-version: 8.03']],
];

describe('each rule', () => {
  for (const [id, outcome, pair, ...changes] of CHANGED) {
    it(`${id} is ${outcome} when ${pair} is changed: ${changes.map(([, instead]) => instead).join(', ')}`, () => {
      expect(outcomesOf(id, pair, ...changes)).toEqual([outcome]);
    });
  }

  it('is broken or told somewhere: by a pair of scenarios/checks or by a change of one', () => {
    const met = new Set(CHANGED.filter(([, outcome]) => /broken|told/.test(outcome)).map(([id]) => id));
    for (const name of library.platformNames()) {
      for (const { rule, outcome } of verdictsOf(`${name}-wrong`, [])) {
        if (outcome === 'broken' || outcome === 'told') met.add(rule.id);
      }
    }
    const always = [
      'azure-lab-services.retired',
      'azure-lab-services.price',
      'ec2.metal',
      'ec2.price',
      'gcp.performance',
    ];
    expect(rules.map(({ id }) => id).filter((id) => !met.has(id) && !always.includes(id))).toEqual([]);
  });

  it('of the switch around holds at every level, and is found there', () => {
    const inner =
      '{ name: second, vcpus: 2, memory: 8 GiB, facts: { product: esxi }, hypervisor: {}, vms: [{ name: desktop, vcpus: 1, memory: 2 GiB }] }';
    verdictsOf('esxi-on-esxi', [
      [/\{ name: desktop.*\}/, inner],
      ['hypervisor: {}', 'hypervisor: { switch: { promiscuous: true, forged-transmits: false } }'],
    ]);
    const located = library.loadScenario(join(folder, 'scenario.yaml'));
    if (!located.ok) throw new Error(located.problems.map(formatProblem).join('\n'));
    const broken = evaluate(rules, located.value.scenario).filter(
      ({ rule, outcome }) => /forged|reaches/.test(rule.id) && outcome === 'broken',
    );
    expect(broken.map(({ rule, subject }) => [rule.id, subject.name])).toEqual([
      ['esx.forged-transmits', 'nested/second'],
    ]);
    expect(placeOf('forged-transmits', broken[0]!.subject, located.value)).toMatch(/:15:\d+$/);
  });

  it('says how many licences are wanted', () => {
    const told = verdictsOf('esxi-on-esxi', [['seats: 1', 'seats: 12']]).find(
      ({ rule }) => rule.id === 'esx.licences',
    )!;
    expect(sentenceOf(told.rule.reason, told.subject)).toContain('12 in all');
  });
});
