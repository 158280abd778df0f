import { describe, expect, it } from 'vitest';
import { readAxis } from '../../../src/model/experiment/axis.ts';
import { formatProblem, type Result } from '../../../src/model/scenario/problem.ts';
import { readScenario } from '../../../src/model/scenario/read-scenario.ts';
import type { Scenario } from '../../../src/model/scenario/scenario.ts';
import { inMemorySources, SMALL } from './in-memory-sources.ts';

const LAB = `name: A lab
host: small
platform: plain
seats: 2
template:
  vms:
    - { name: front, vcpus: 1, memory: 2 GiB, workload: busy }
    - { name: desk, vcpus: 1, memory: 2 GiB, workload: prompt }
phases:
  - exercise: { for: 60 s }
`;

function withSettings(settings: readonly string[], text = LAB): Result<Scenario> {
  const read = settings.map((setting) => {
    const axis = readAxis(setting);
    if (!axis.ok) throw new Error(setting);
    return axis.value[0]!;
  });
  return readScenario('lab.yaml', text, inMemorySources(SMALL), { settings: read });
}

const scenario = (...settings: string[]): Scenario => {
  const read = withSettings(settings);
  if (!read.ok) throw new Error(read.problems.map(formatProblem).join('\n'));
  return read.value;
};

const problem = (setting: string, text = LAB): string => {
  const read = withSettings([setting], text);
  return read.ok ? 'none' : formatProblem(read.problems[0]!);
};

describe('settings', () => {
  it('stand in for what the file says, as if it said it', () => {
    expect(scenario()).toEqual(scenario('seats=2'));
    expect(scenario('seats=5').seats).toBe(5);
    const grown = scenario('template.vms[0].vcpus=2', 'template.vms[desk].memory=4 GiB').template.vms;
    expect(grown.map(({ vcpus }) => vcpus)).toEqual([2, 1]);
    expect(grown.map(({ memory }) => memory / 2 ** 30)).toEqual([2, 4]);
  });

  it('make what the file left out', () => {
    expect(scenario('switch.promiscuous=true').switch).toMatchObject({
      promiscuous: true,
      macLearning: false,
    });
    expect(scenario('targets.ready=5 %').targets).toEqual({ ready: 0.05 });
  });

  it('are checked like everything else', () => {
    expect(problem('seats=0')).toMatch(/^lab\.yaml:4:8: seats: found 0, expected at least 1$/);
    expect(problem('seats=1000')).toMatch(/^lab\.yaml:4:8: seats: found 1000 seats of 4 GiB/);
    expect(problem('seets=1')).toMatch(/seets.*did you mean seats/);
    expect(problem('platform=plan')).toMatch(/known: plain|did you mean plain/);
  });

  it('say where their path leads nowhere', () => {
    expect(problem('template.vms[2].vcpus=1')).toMatch(
      /template\.vms: found 2 items, expected one at \[2\]; the last is \[1\]/,
    );
    expect(problem('template.vms[dest].vcpus=1')).toMatch(/found no item named "dest"; did you mean desk\?/);
    expect(problem('seats.more=1')).toMatch(/found "2", expected keys to set seats\.more in/);
    expect(problem('template.vms[0].workload.rate=1')).toMatch(/found the name "busy".*write out/);
  });
});
