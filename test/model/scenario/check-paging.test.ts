import { describe, expect, it } from 'vitest';
import { compile } from '../../../src/model/scenario/compile.ts';
import { countBases, workloadsOf } from '../../../src/model/scenario/count-bases.ts';
import { readScenario } from '../../../src/model/scenario/read-scenario.ts';
import { inMemorySources, SMALL, shippedTexts } from './in-memory-sources.ts';

const lab = (
  changes: {
    paging?: string;
    inside?: string;
    innermost?: string;
    platform?: string;
    workload?: string;
  } = {},
) => `
name: A lab
host: { cores: 8, smt: 1, clock: 3 GHz, memory: 64 GiB }
platform: ${changes.platform ?? 'kvm-intel-shadowing'}
seats: 1
${changes.paging === undefined ? '' : `paging: ${changes.paging}`}
template:
  vms:
    - name: outer
      vcpus: 2
      memory: 16 GiB
      hypervisor: { ${changes.inside === undefined ? '' : `paging: ${changes.inside}`} }
      vms:
        - name: middle
          vcpus: 2
          memory: 8 GiB
          hypervisor: { ${changes.innermost === undefined ? '' : `paging: ${changes.innermost}`} }
          vms: [{ name: build, vcpus: 2, memory: 2 GiB, workload: ${changes.workload ?? 'compile'} }]
phases: [{ exercise: { for: 1 s } }]
`;
const read = (changes: Parameters<typeof lab>[0], texts: Readonly<Record<string, string>> = shippedTexts()) =>
  readScenario('lab.yaml', lab(changes), inMemorySources(texts));
const scenarioOf = (changes: Parameters<typeof lab>[0]) => {
  const result = read(changes);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
};
const problemsOf = (changes: Parameters<typeof lab>[0], texts?: Readonly<Record<string, string>>) => {
  const result = read(changes, texts);
  return result.ok ? [] : result.problems.map(({ line, message, hint }) => `${line}: ${message} (${hint})`);
};

describe('paging of a scenario', () => {
  it('is nested unless said, and handed on inwards', () => {
    const pagingOf = (changes: Parameters<typeof lab>[0]) => {
      const { root } = compile(scenarioOf(changes));
      const outer = root.guests[0]!.hypervisor!;
      return [root, outer, outer.guests[0]!.hypervisor!].map(({ paging }) => paging ?? 'nested');
    };
    expect(pagingOf({})).toEqual(['nested', 'nested', 'nested']);
    expect(pagingOf({ inside: 'shadow' })).toEqual(['nested', 'shadow', 'shadow']);
    expect(pagingOf({ innermost: 'shadow' })).toEqual(['nested', 'nested', 'shadow']);
    expect(pagingOf({ paging: 'shadow' })).toEqual(['shadow', 'shadow', 'shadow']);
  });

  it('takes memory for the second tables', () => {
    const perGib = (changes: Parameters<typeof lab>[0]) =>
      compile(scenarioOf(changes)).root.memory!.overhead.perGib;
    expect((perGib({ paging: 'shadow' }) - perGib({})) / 2 ** 20).toBeCloseTo(10, 6);
  });

  it('rests on figures that a scenario without it does not rest on', () => {
    const counted = (changes: Parameters<typeof lab>[0], shadows: boolean) => {
      const scenario = scenarioOf(changes);
      return Object.values(countBases(scenario.platform, workloadsOf(scenario), shadows)).reduce(
        (a, b) => a + b,
      );
    };
    expect(counted({ inside: 'shadow' }, true) - counted({}, false)).toBe(3 + 2);
  });

  it('refuses nested paging inside a hypervisor that has none', () => {
    const [problem, ...others] = problemsOf({ inside: 'shadow', innermost: 'nested' });
    expect(problem).toContain('found paging: nested inside a hypervisor with paging: shadow');
    expect(others).toEqual([]);
  });

  it('refuses a platform without costs, and a workload that says nothing of page faults', () => {
    const problems = problemsOf({ paging: 'shadow', platform: 'plain', workload: 'busy' }, SMALL).join('\n');
    expect(problems).toContain('found paging: shadow, expected a platform that says what that costs');
    expect(problems).toContain('plain has no cost of exception, cr-access exits');
    expect(problems).toContain('found the workload busy, which does not say how many page faults it has');
  });
});
