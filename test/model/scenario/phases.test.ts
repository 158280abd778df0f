import { describe, expect, it } from 'vitest';
import { readScenario } from '../../../src/model/scenario/read-scenario.ts';
import type { Scenario } from '../../../src/model/scenario/scenario.ts';
import { inPhase } from '../../../src/model/scenario/work-by-role.ts';
import { inMemorySources, shippedTexts } from './in-memory-sources.ts';

const sources = inMemorySources(shippedTexts());

function scenario(phases: string): Scenario {
  const read = readScenario(
    'lab.yaml',
    `
name: phases
host: m5zn.metal
platform: kvm-intel-shadowing
seats: 1
template:
  vms:
    - name: esxi
      vcpus: 4
      memory: 8 GiB
      hypervisor: {}
      vms:
        - { name: web, vcpus: 1, memory: 1 GiB, workload: web-server }
        - { name: desk, vcpus: 1, memory: 1 GiB, workload: console }
phases:
${phases}
`,
    sources,
  );
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

const work = ({ template }: Scenario): string[] =>
  template.vms[0]!.vms.map(({ workload }) => workload?.name ?? 'nothing');

describe('phases beside the exercise', () => {
  const read = scenario(`
  - install: { for: 30 s, warm-up: 2 s, workloads: { esxi/web: installer } }
  - exercise: { for: 60 s }
  - idle: { for: 10 s }`);
  const [install, idle] = read.otherPhases!;

  it('are kept in order, with what everybody does', () => {
    expect(read.otherPhases!.map(({ kind }) => kind)).toEqual(['install', 'idle']);
    expect(work(inPhase(read, install!))).toEqual(['installer', 'console']);
    expect(inPhase(read, install!).exercise).toEqual({ warmUp: 2e9, duration: 30e9 });
  });

  it('leave the probe alone when nobody works', () => {
    expect(work(inPhase(read, idle!))).toEqual(['idle', 'console']);
  });

  it('have no boot, and no targets of their own', () => {
    const { boot, targets, otherPhases } = inPhase(read, idle!);
    expect([boot, targets, otherPhases]).toEqual([null, {}, undefined]);
  });

  it('may be left out', () => {
    expect(scenario('  - exercise: { for: 60 s }').otherPhases).toBeUndefined();
  });
});
