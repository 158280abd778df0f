import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluate, refuses, type Verdict } from '../../src/check/evaluate.ts';
import { placeOf } from '../../src/check/place.ts';
import { readRules } from '../../src/check/read-rules.ts';
import type { Rule } from '../../src/check/rule.ts';
import { openLibrary } from '../../src/library/library.ts';
import { formatProblem } from '../../src/model/scenario/problem.ts';

const library = openLibrary({ roots: ['.'] });

const rules: readonly Rule[] = library.ruleTexts().flatMap(({ file, text }) => {
  const read = readRules(file, text);
  if (!read.ok) throw new Error(read.problems.map(formatProblem).join('\n'));
  return read.value;
});

function checked(name: string) {
  const loaded = library.loadScenario(`scenarios/checks/${name}.yaml`);
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return { located: loaded.value, verdicts: evaluate(rules, loaded.value.scenario) };
}

const errors = (verdicts: readonly Verdict[]): string[] => [
  ...new Set(
    verdicts
      .filter(({ rule, outcome }) => outcome === 'broken' && rule.severity === 'error')
      .map(({ rule }) => rule.id),
  ),
];

/** For each platform a scenario that is right, and the errors of one that is wrong. */
const WRONG: Readonly<Record<string, readonly string[]>> = {
  'esxi-on-esxi': [
    'esx.hardware-version',
    'esx.exposed',
    'esx.forged-transmits',
    'esx.reaches-inner',
    'esx.mac-changes',
    'esx.minimum-vcpus',
    'esx.minimum-memory',
    'esx.minimum-disk',
    'esx.support',
    'esx.cloned-mac',
    'esx.cloned-uuid',
  ],
  'esxi-on-workstation': ['workstation.version', 'workstation.host-vbs'],
  'esxi-on-third-party': ['any.needs-nested-paging', 'esx.exposed', 'esx.minimum-vcpus'],
  'third-party-on-esxi': ['esx.forged-transmits', 'esx.reaches-inner'],
  'hyperv-on-hyperv': ['hyper-v.amd-version', 'hyper-v.configuration-version', 'hyper-v.network'],
  azure: ['azure.security', 'azure.network', 'azure.virtual-network', 'azure.hyper-v-only'],
  'azure-lab-services': ['azure.hyper-v-only', 'azure-lab-services.size', 'azure-lab-services.windows'],
  'ec2-nested-kvm': ['ec2.enabled', 'ec2.hypervisor'],
  'ec2-metal': ['ec2-metal.level'],
  gcp: ['gcp.hypervisor', 'gcp.enabled'],
  'kvm-intel-shadowing': ['any.affinity-missing', 'esx.exposed'],
  'kvm-intel-no-shadowing': ['any.needs-nested-paging'],
  'emulated-lab': [
    'emulated.hypervisor',
    'emulated.depth',
    'esx.exposed',
    'esx.forged-transmits',
    'esx.reaches-inner',
    'esx.licences-missing',
  ],
  'kvm-amd': ['esx.exposed'],
  virtualbox: ['virtualbox.intel'],
  'windows-vbs': ['esx.vbs-version'],
};

describe('one right and one wrong scenario for each platform', () => {
  it.each(Object.keys(WRONG))('%s: the right one breaks nothing', (name) => {
    const { verdicts } = checked(name);
    expect(verdicts.length).toBeGreaterThan(0);
    expect(errors(verdicts)).toEqual([]);
    expect(refuses(verdicts)).toBe(false);
  });

  it.each(Object.entries(WRONG))('%s: the wrong one breaks %j', (name, expected) => {
    const { verdicts } = checked(`${name}-wrong`);
    expect(errors(verdicts)).toEqual(expected);
    expect(refuses(verdicts)).toBe(true);
  });

  it('leaves no platform out', () => {
    const covered = Object.keys(WRONG).flatMap((name) => [`${name}-wrong.yaml`, `${name}.yaml`]);
    expect(readdirSync('scenarios/checks').toSorted()).toEqual(covered.toSorted());
    expect(Object.keys(WRONG).toSorted()).toEqual(library.platformNames().toSorted());
    for (const name of library.platformNames()) {
      for (const file of [name, `${name}-wrong`]) {
        expect(checked(file).located.scenario.platform.name, file).toBe(name);
      }
    }
  });
});

describe('a verdict', () => {
  it('is found where the key at fault is written', () => {
    const { located, verdicts } = checked('esxi-on-esxi-wrong');
    const lines = readFileSync('scenarios/checks/esxi-on-esxi-wrong.yaml', 'utf8').split('\n');
    const at = (id: string): string => {
      const verdict = verdicts.find(({ rule }) => rule.id === id)!;
      const place = placeOf(verdict.facts[0]!.name, verdict.subject, located);
      const [, line, column] = /:(\d+):(\d+)$/.exec(place)!;
      return lines[Number(line) - 1]!.slice(Number(column) - 1);
    };
    expect(at('esx.minimum-vcpus')).toBe('1');
    expect(at('esx.minimum-memory')).toBe('4 GiB');
    expect(at('esx.hardware-version')).toMatch(/^8, exposed/);
    expect(at('esx.forged-transmits')).toMatch(/^false \}/);
  });

  it('does not hold what is not said against anybody', () => {
    const { verdicts } = checked('ec2-metal');
    const unsaid = verdicts.filter(({ outcome }) => outcome === 'unsaid');
    expect(refuses(verdicts)).toBe(false);
    for (const { facts } of unsaid) expect(facts.every(({ found }) => found === null)).toBe(true);
  });
});

describe('limits and affinities', () => {
  const outcomes = (name: string) =>
    Object.fromEntries(
      checked(name)
        .verdicts.filter(({ rule }) => /^any\.(affinity|limit)/.test(rule.id))
        .map(({ rule, outcome }) => [rule.id, outcome]),
    );

  it('are held against the vCPUs they are for and the CPUs there are', () => {
    expect(outcomes('kvm-intel-shadowing')).toEqual({
      'any.affinity-missing': 'held',
      'any.affinity-too-few': 'held',
      'any.limit-without-effect': 'held',
      'any.limit-tight': 'held',
    });
    expect(outcomes('kvm-intel-shadowing-wrong')).toEqual({
      'any.affinity-missing': 'broken',
      'any.affinity-too-few': 'broken',
      'any.limit-without-effect': 'held',
      'any.limit-tight': 'broken',
    });
    expect(outcomes('gcp')).toEqual({});
  });
});

describe('the rules', () => {
  it('have names of their own, a source, a date and what to do', () => {
    expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
    for (const rule of rules) {
      expect(rule.source.length, rule.id).toBeGreaterThan(5);
      expect(rule.advice.length, rule.id).toBeGreaterThan(5);
    }
  });

  it('look at facts that a scenario can say or that follow from it', () => {
    const known = new Set(
      ['esxi-on-esxi', 'kvm-intel-shadowing', 'emulated-lab-wrong', 'gcp'].flatMap((name) =>
        checked(name).verdicts.flatMap(({ subject }) => Object.keys(subject.facts)),
      ),
    );
    const schema = JSON.stringify(JSON.parse(readFileSync('docs/schemas/scenario.schema.json', 'utf8')));
    for (const { id, when, needs } of rules) {
      for (const fact of [...Object.keys(when), ...Object.keys(needs)]) {
        expect(
          known.has(fact) || schema.includes(`"${fact}"`) || ['level', 'disk-controller'].includes(fact),
          `${id}: ${fact}`,
        ).toBe(true);
      }
    }
  });

  it('are refused with their place when they are not rules', () => {
    const read = readRules(
      'r.yaml',
      'schema: nestmark/rules@1\ntitle: T\nrules:\n  - { id: a, each: host }\n',
    );
    expect(read.ok).toBe(false);
    if (!read.ok) expect(formatProblem(read.problems[0]!)).toMatch(/^r\.yaml:4:/);
  });
});
