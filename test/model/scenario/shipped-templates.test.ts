import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../../../src/model/scenario/document.ts';
import type { Platform } from '../../../src/model/scenario/platform.ts';
import { formatProblem, type Result } from '../../../src/model/scenario/problem.ts';
import { readComponents } from '../../../src/model/scenario/read-components.ts';
import { readPlatform } from '../../../src/model/scenario/read-platform.ts';
import { readTemplate } from '../../../src/model/scenario/read-template.ts';
import type { Template, VirtualMachine } from '../../../src/model/scenario/scenario.ts';
import { inMemorySources, SMALL, shippedTexts } from './in-memory-sources.ts';

const texts = shippedTexts();
const sources = inMemorySources(texts);

function take<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'));
  return result.value;
}

const platform: Platform = take(readPlatform('kvm-intel-shadowing', texts['platform/kvm-intel-shadowing']!));

const template = (name: string): Template => {
  const text = texts[`template/${name}`]!;
  return take(readTemplate(take(sources.template(`template/${name}`, text)), name, sources, platform));
};

const planned = readdirSync('scenarios/templates')
  .map((file) => file.slice(0, -'.yaml'.length))
  .filter((name) => name !== 'two-hypervisors');

const hasProbe = (vms: readonly VirtualMachine[]): boolean =>
  vms.some((vm) => vm.workload?.probe === true || hasProbe(vm.vms));

describe('shipped templates', () => {
  it('cover what people build', () => {
    expect(planned.length).toBeGreaterThanOrEqual(14);
  });

  it.each(planned)('%s can be planned with: who uses it, a course, phases, a probe', (name) => {
    const { title, description, plan, vms } = template(name);
    expect(title).toMatch(/./);
    expect(description?.length).toBeGreaterThan(80);
    expect(plan?.phases.length).toBeGreaterThan(0);
    expect(hasProbe(vms)).toBe(true);
  });
});

describe('shipped components', () => {
  it.each(readdirSync('scenarios/components'))('%s: every size has a source', (file) => {
    const components = take(readComponents(file, readFileSync(`scenarios/components/${file}`, 'utf8')));
    expect(components.size).toBeGreaterThan(3);
    for (const component of components.values()) {
      expect(component.source).not.toBe('each component says');
      // What was remembered is not called published.
      expect(/memory: check/.test(component.source)).toBe(component.basis === 'assumed');
    }
  });
});

describe('a template made of components', () => {
  const read = (vms: string, plan = '') => {
    const own = inMemorySources({
      ...SMALL,
      'platform/plain': texts['platform/kvm-intel-shadowing']!,
      'component/parts': `
schema: nestmark/components@1
name: parts
title: Parts
source: made up
components:
  box: { title: A box, vcpus: 2, memory: 8 GiB, disk: 40 GB, kind: minimum, least-memory: 4 GiB }
`,
    });
    const text = `schema: nestmark/template@1\nvms:\n${vms}\n${plan}`;
    const source = take(own.template('t.yaml', text));
    expect(readDocument('t.yaml', text).ok).toBe(true);
    return readTemplate(source, 't', own, platform);
  };

  it('takes its size from the component, unless it says otherwise', () => {
    const { vms } = take(
      read('  - { name: a, component: parts/box }\n  - { name: b, component: parts/box, memory: 6 GiB }'),
    );
    expect(vms).toMatchObject([
      { vcpus: 2, memory: 8 * 2 ** 30, component: { name: 'parts/box', disk: 40e9 } },
      { vcpus: 2, memory: 6 * 2 ** 30, component: { leastMemory: 4 * 2 ** 30 } },
    ]);
  });

  it('says which component is not known, and which are', () => {
    const result = read('  - { name: a, component: parts/bocks }');
    expect(result.ok).toBe(false);
    if (!result.ok) expect(formatProblem(result.problems[0]!)).toContain('known: box');
  });

  it('refuses a phase that gives work to a role that is not there', () => {
    const plan = `plan:
  course: { seats: 2, sessions: 1, hours: 1 }
  phases: [{ exercise: { name: x, for: 1 h, workloads: { nobody: busy } } }]`;
    const result = read('  - { name: a, vcpus: 1, memory: 1 GiB, workload: prompt }', plan);
    expect(result.ok).toBe(false);
    if (!result.ok) expect(formatProblem(result.problems[0]!)).toContain('the role nobody');
  });
});
