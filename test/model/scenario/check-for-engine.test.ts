import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/model/machine/engine.ts';
import { checkForEngine } from '../../../src/model/scenario/check-for-engine.ts';
import { compile } from '../../../src/model/scenario/compile.ts';
import { formatProblem } from '../../../src/model/scenario/problem.ts';
import { locateScenario } from '../../../src/model/scenario/read-scenario.ts';
import { inMemorySources, shippedTexts } from './in-memory-sources.ts';

interface Written {
  readonly platform?: string;
  readonly scheduler?: string;
  readonly inner?: string;
  readonly affinity?: string;
}

const lab = ({ platform = 'kvm-intel-shadowing', scheduler = '', inner = 'eevdf', affinity = '' }: Written) =>
  `name: A lab
host: { cores: 8, smt: 1, clock: 3 GHz, memory: 640 GiB }
platform: ${platform}
seats: 1
${scheduler}
template:
  vms:
    - name: hv
      vcpus: 4
      memory: 16 GiB
      hypervisor: { scheduler: ${inner} }
      vms: [{ name: web, vcpus: 2, memory: 2 GiB, workload: web-server${affinity} }]
phases: [{ exercise: { for: 1 s } }]
`;
const sources = inMemorySources(shippedTexts());

function located(written: Written) {
  const read = locateScenario('lab.yaml', lab(written), sources);
  if (!read.ok) throw new Error(read.problems.map(formatProblem).join('\n'));
  return read.value;
}

function refusals(written: Written, engine: Engine): string[] {
  const { scenario, document, origins } = located(written);
  return checkForEngine(scenario, engine, document, origins).map(formatProblem);
}

describe('what an engine cannot answer', () => {
  it('is ideal sharing, slice by slice, wherever it is asked for', () => {
    expect(refusals({ inner: 'fair' }, 'exact')).toEqual([
      expect.stringMatching(
        /^lab\.yaml:11:32: template\.vms\[0\]\.hypervisor\.scheduler: found the policy fair/,
      ),
    ]);
    expect(refusals({ scheduler: 'scheduler: fair' }, 'exact')).toEqual([
      expect.stringMatching(/^lab\.yaml:5:12: scheduler: found the policy fair/),
    ]);
    expect(refusals({ inner: 'fair', scheduler: 'scheduler: fair' }, 'fluid')).toEqual([]);
  });

  it('is a CPU that the machine around does not have', () => {
    for (const engine of ['exact', 'fluid'] as const) {
      expect(refusals({ affinity: ', affinity: [3, 4, 5]' }, engine)).toEqual([
        'lab.yaml:12:83: template.vms[0].vms[0].affinity: found CPU 4, expected those of hv, 0 to 3',
      ]);
      expect(refusals({ affinity: ', affinity: [2, 3]' }, engine)).toEqual([]);
    }
  });
});

describe("the host's policy", () => {
  it('is the one the scenario names, and only the host’s', () => {
    const { root } = compile(located({ scheduler: 'scheduler: esxi', inner: 'cfs' }).scenario);
    expect(root.scheduler.policy).toBe('esxi');
    expect(root.guests[0]!.hypervisor!.scheduler.policy).toBe('cfs');
    const unnamed = { scheduler: 'scheduler: credit2', platform: 'esxi-on-esxi', inner: 'esxi' };
    const esxi = compile(located(unnamed).scenario).root;
    expect(esxi.scheduler.policy).toBe('credit2');
    expect(esxi.guests[0]!.hypervisor!.scheduler.policy).toBe('esxi');
    expect(esxi.guests[0]!.hypervisor!.guests[0]!.scheduler.policy).toBe('eevdf');
  });

  it('keeps the parameters of the platform that has it', () => {
    const own = compile(located({}).scenario).root.scheduler;
    expect(compile(located({ scheduler: 'scheduler: eevdf' }).scenario).root.scheduler).toEqual(own);
  });
});
