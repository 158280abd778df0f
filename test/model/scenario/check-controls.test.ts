import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MachineError } from '../../../src/model/machine/machine-error.ts';
import { compileTopology } from '../../../src/model/machine/topology.ts';
import { compile } from '../../../src/model/scenario/compile.ts';
import { readScenario } from '../../../src/model/scenario/read-scenario.ts';
import { inMemorySources, shippedTexts } from './in-memory-sources.ts';

interface Written {
  readonly platform?: string;
  readonly seats?: number;
  readonly desk?: string;
  readonly web?: string;
}

const lab = ({ platform = 'esxi-on-esxi', seats = 1, desk = '', web = '' }: Written) => `
name: A lab
host: { cores: 8, smt: 1, clock: 3 GHz, memory: 640 GiB }
platform: ${platform}
seats: ${seats}
template:
  vms:
    - { name: desk, vcpus: 2, memory: 4 GiB, workload: desktop${desk} }
    - name: hv
      vcpus: 4
      memory: 16 GiB
      hypervisor: { switch: { forged-transmits: true, mac-learning: true } }
      vms: [{ name: web, vcpus: 2, memory: 2 GiB, workload: web-server${web} }]
phases: [{ exercise: { for: 1 s } }]
`;
const texts = shippedTexts();
const read = (written: Written) => readScenario('lab.yaml', lab(written), inMemorySources(texts));
const problemsOf = (written: Written): string[] => {
  const result = read(written);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
};

describe('reservations of a scenario', () => {
  it('are within vCPUs, limits and what the machine around has', () => {
    expect(problemsOf({ desk: ', reservation: 2', web: ', reservation: 1' })).toEqual([]);
    expect(problemsOf({ desk: ', reservation: 2.5' })).toEqual([
      'template.vms[0].reservation: found 2.5 CPUs for 2 vCPUs, expected one each at most',
    ]);
    expect(problemsOf({ desk: ', reservation: 1, limit: 0.5' })).toEqual([
      'template.vms[0].limit: found 0.5 CPUs for a VM that reserves 1, expected at least those',
    ]);
    expect(problemsOf({ web: ', reservation: 1.5, count: 3' })).toEqual([
      'template.vms[1].vms[0].reservation: found reservations of 4.5 CPUs beside each other, expected at most the 4 of hv',
    ]);
    expect(problemsOf({ desk: ', reservation: 2', seats: 4 })).toEqual([]);
    expect(problemsOf({ desk: ', reservation: 2', seats: 5 })).toEqual([
      expect.stringContaining('reservations of 10 CPUs beside each other in 5 seats, expected at most the 8'),
    ]);
  });

  it('need a policy that has them', () => {
    expect(problemsOf({ platform: 'kvm-intel-shadowing', desk: ', reservation: 1' })).toEqual([
      'template.vms[0].reservation: found a reservation under the eevdf of the platform kvm-intel-shadowing, which knows none, expected one under esxi or hyperv',
    ]);
  });

  it('are refused here or can be simulated', () => {
    const cpus = fc.integer({ min: 1, max: 50 }).map((tenths) => tenths / 10);
    const control = fc.oneof(
      fc.constant(''),
      cpus.map((value) => `, reservation: ${value}`),
      cpus.map((value) => `, limit: ${value}`),
      fc.tuple(cpus, cpus).map(([reserved, most]) => `, reservation: ${reserved}, limit: ${most}`),
    );
    const platform = fc.constantFrom('esxi-on-esxi', 'kvm-intel-shadowing', 'hyperv-on-hyperv');
    const seats = fc.integer({ min: 1, max: 12 });
    const refused: boolean[] = [];
    fc.assert(
      fc.property(fc.record({ platform, seats, desk: control, web: control }), (written) => {
        const result = read(written);
        refused.push(!result.ok);
        if (result.ok) expect(() => compileTopology(compile(result.value))).not.toThrow(MachineError);
      }),
      { numRuns: 60, seed: 1 },
    );
    expect(new Set(refused)).toEqual(new Set([true, false]));
  });
});

describe('work of a scenario', () => {
  it('that talks to others of its seat has others there', () => {
    const alone = lab({})
      .replace('workload: desktop', 'workload: file-server')
      .replace(', workload: web-server', '');
    const result = readScenario('lab.yaml', alone, inMemorySources(texts));
    expect(result.ok ? [] : result.problems.map(({ message }) => message)).toEqual([
      'found the workload file-server, which exchanges frames with others of its seat, expected another VM with work there',
    ]);
  });
});
